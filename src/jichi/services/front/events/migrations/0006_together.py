"""Presses that wait at the same time are answered together."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("front_events", "0005_rush_again"), ("eng_booking", "0015_together"), ("eng_inbox", "0003_many"),
        ("eng_messages", "0006_many"),
    ]  # fmt: skip
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "rush.sql")]
