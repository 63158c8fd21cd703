"""Entering looks up single rows by index, whatever has been counted of the tables."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0007_arrivals")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "plans.sql")]
