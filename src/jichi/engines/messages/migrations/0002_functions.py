"""Enqueue, claim, row security, audit of preferences."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("eng_messages", "0001_initial"),
        ("eng_inbox", "0002_functions"),
        ("eng_audit", "0002_functions"),
    ]
    operations = [
        run_sql_file(SQL / "security.sql"),
        track("eng_messages_contactpreference", subject="account_id"),
    ]
