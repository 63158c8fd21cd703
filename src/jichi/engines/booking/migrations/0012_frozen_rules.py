"""The rules of a draw stay what was frozen, by trigger."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0011_fewer_statements")]
    operations = [run_sql_file(SQL / "frozen.sql")]
