"""The state machine for whole files, guards, row security and audit."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_bankfiles", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(SQL / "functions.sql"),
        who_acts(system="bankfiles_is_system"),
        run_sql_file(SQL / "security.sql"),
        track("eng_bankfiles_partner"),
        track("eng_bankfiles_takenfile", leave_out=("problems", "outcome")),
        track("eng_bankfiles_remittance"),
        track("eng_bankfiles_difference"),
    ]
