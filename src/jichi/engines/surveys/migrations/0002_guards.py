"""Replies are the platform's alone and never changed; what is asked is kept in the audit trail."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_surveys", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [run_sql_file(SQL / "guards.sql"), track("eng_surveys_survey")]
