"""Items of several people in one statement."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_inbox", "0002_functions")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "many.sql")]
