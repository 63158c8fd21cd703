"""What somebody would hear who enters now, asked without a lock."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0005_paying")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "glance.sql")]
