"""Entering an event in one round trip."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("front_events", "0002_security"), ("eng_booking", "0006_glance"), ("eng_accounts", "0011_visitors"),
        ("eng_inbox", "0002_functions"), ("eng_messages", "0002_functions"),
    ]  # fmt: skip
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "rush.sql")]
