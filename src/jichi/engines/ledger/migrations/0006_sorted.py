"""Entries are written in the order of their items."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_ledger", "0005_batches")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "post.sql")]
