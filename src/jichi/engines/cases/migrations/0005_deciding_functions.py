"""Functions, row security and audit of numbers, proposals, bulk runs, messages and papers."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_cases", "0004_deciding"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(SQL / "deciding.sql"),
        run_sql_file(SQL / "entering.sql"),
        track("eng_cases_seriesrule"),
        track("eng_cases_issuednumber"),
        track("eng_cases_proposal", leave_out=("question",)),
        track("eng_cases_bulkrun"),
        track("eng_cases_casemessage", leave_out=("text",)),
        track("eng_cases_casefile"),
        track("eng_cases_caselink"),
        track("eng_cases_dispatch"),
    ]
