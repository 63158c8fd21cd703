"""Events in monthly partitions, the salt outside the log, adding a day up, observations that stay."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_statistics", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "events.sql")]
