"""Guards, row security and audit of account transfers; their results among what is to be booked."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_bankfiles", "0003_transfers")]
    operations = [run_sql_file(SQL / "transfers.sql"), track("eng_bankfiles_transferrequest", leave_out=("cuts",))]
