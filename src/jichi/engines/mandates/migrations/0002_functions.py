"""Row security, guards and audit of mandates."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("eng_mandates", "0001_initial"),
        ("eng_audit", "0002_functions"),
        ("eng_accounts", "0001_initial"),
    ]
    operations = [
        who_acts(system="mandates_is_system", divisions=("mandates_divisions", "eng_mandates.view")),
        run_sql_file(SQL / "security.sql"),
        track("eng_mandates_mandate", subject="payer_no", leave_out=("sealed",)),
    ]
