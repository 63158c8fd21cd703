"""The books of payments move onto the ledger."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_payments", "0004_carried"), ("eng_ledger", "0003_once")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "one_ledger.sql")]
