"""Guards, row security and audit of promises and credits."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_bankfiles", "0006_credits")]
    operations = [
        run_sql_file(SQL / "credits.sql"), track("eng_bankfiles_sender"), track("eng_bankfiles_promise"),
        track("eng_bankfiles_credit"), track("eng_bankfiles_creditmatch"),
    ]  # fmt: skip
