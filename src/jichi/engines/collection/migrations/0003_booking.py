"""Booking of whole files of receipts."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0002_functions"), ("eng_bankfiles", "0002_functions")]
    operations = [run_sql_file(SQL / "booking.sql")]
