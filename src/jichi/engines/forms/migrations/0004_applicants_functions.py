"""Sealing keeps who applied as what; confirmations by a second person are seen with their draft and tracked."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, run_sql_functions, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_forms", "0003_applicants"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(SQL / "applicants.sql"),
        run_sql_functions(SQL / "functions.sql", "forms_seal"),
        track("eng_forms_confirmation", leave_out=("email", "code", "token_hash")),
    ]
