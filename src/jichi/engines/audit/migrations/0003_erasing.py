"""Retention has one sanctioned way through the append-only trail; looks are found quickly."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_audit", "0002_functions")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "erasing.sql")]
