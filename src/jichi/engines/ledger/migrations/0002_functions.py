"""Chart of accounts, functions, guards, row security and audit of the books."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_ledger", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        who_acts(divisions=("ledger_divisions", "eng_ledger.view")),
        *(run_sql_file(SQL / f"{name}.sql") for name in ("chart", "functions", "post", "guards", "security")),
        track("eng_ledger_account"),
        track("eng_ledger_close"),
    ]
