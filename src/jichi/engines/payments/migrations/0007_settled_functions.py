"""Guards, row security and audit of the firm's settlements."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_payments", "0006_settled")]
    operations = [run_sql_file(SQL / "settled.sql"), track("eng_payments_settledline")]
