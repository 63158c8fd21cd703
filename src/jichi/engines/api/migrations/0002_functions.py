"""Functions, row security and audit of clients and keys."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("eng_api", "0001_initial"),
        ("eng_audit", "0002_functions"),
        ("eng_accounts", "0002_functions"),
    ]
    operations = [
        run_sql_file(SQL / "functions.sql"),
        run_sql_file(SQL / "security.sql"),
        track("eng_api_apiclient"),
        track("eng_api_apikey", leave_out=("secret_hash", "last_used_at")),
    ]
