"""What is closed is asked once a statement."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_functions


class Migration(migrations.Migration):
    dependencies = [("eng_ledger", "0002_functions")]
    operations = [run_sql_functions(Path(__file__).parent.parent / "sql" / "guards.sql", "ledger_check_postings")]
