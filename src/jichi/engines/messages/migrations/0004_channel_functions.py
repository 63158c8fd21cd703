"""Enqueue and claim per channel; row security and audit of contact points."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_messages", "0003_channels")]
    operations = [
        run_sql_file(SQL / "channels.sql"),
        track("eng_messages_contactpoint", subject="account_id", leave_out=("address",)),
    ]
