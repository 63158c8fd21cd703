"""A file of a million receipts is looked up and written in the order of its instalments."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0008_files"), ("eng_ledger", "0006_sorted")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "sorted.sql")]
