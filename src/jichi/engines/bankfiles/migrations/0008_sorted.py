"""Receipts are written in the order of their barcodes."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_bankfiles", "0007_credit_functions")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "weigh.sql")]
