"""A sample ward may be removed although a file was looked at and not taken in."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_registry", "0004_loads")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "loads.sql")]
