"""Row security, the functions that write, and the one that finds."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("eng_inbox", "0001_initial"),
        ("eng_registry", "0002_functions"),
        ("eng_audit", "0002_functions"),
    ]
    operations = [run_sql_file(SQL / "functions.sql"), run_sql_file(SQL / "security.sql")]
