"""Entering an event in one round trip, with fewer statements inside."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("front_events", "0004_selection"), ("eng_booking", "0011_fewer_statements")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "rush.sql")]
