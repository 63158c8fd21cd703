"""A file of a million receipts is looked up and written in the order of its instalments."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, run_sql_functions

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0008_files"), ("eng_ledger", "0006_sorted")]
    operations = [
        run_sql_file(SQL / "book.sql"),
        run_sql_functions(SQL / "guards.sql", "collection_check_put", "collection_check_allocation"),
    ]
