"""Entering looks up by index until its transaction ends, in the checks that come last too."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0013_linked")]
    operations = [run_sql_file(SQL / "enter.sql")]
