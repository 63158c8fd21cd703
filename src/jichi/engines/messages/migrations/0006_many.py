"""Messages to several people in one statement."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_messages", "0005_once")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "many.sql")]
