"""Retention has one sanctioned way through the append-only trail; looks are found quickly."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, run_sql_functions

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_audit", "0002_functions")]
    operations = [run_sql_file(SQL / "erasing.sql"), run_sql_functions(SQL / "functions.sql", "audit_refuse")]
