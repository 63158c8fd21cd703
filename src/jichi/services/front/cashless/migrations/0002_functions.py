"""Numbers, guards, row security and audit of the counters."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("front_cashless", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        *(run_sql_file(SQL / f"{name}.sql") for name in ("guards", "security")),
        track("front_cashless_desk"),
        track("front_cashless_feelist"),
        track("front_cashless_deskday"),
        track("front_cashless_sale"),
        track("front_cashless_firm"),
        track("front_cashless_settlement", leave_out=("content", "errors")),
        track("front_cashless_difference"),
    ]
