"""Drafts and submissions of who had no login go over to the login they prove; guests without any are found."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, run_sql_functions

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_forms", "0005_guests"), ("eng_accounts", "0006_guests")]
    operations = [
        run_sql_file(SQL / "guests.sql"),
        run_sql_functions(SQL / "functions.sql", "forms_keep_submission", "forms_keep_sent_draft"),
    ]
