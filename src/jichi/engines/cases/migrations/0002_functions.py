"""Functions, row security and audit of cases."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("eng_cases", "0001_initial"),
        ("eng_audit", "0002_functions"),
        ("eng_forms", "0002_functions"),
        ("eng_inbox", "0002_functions"),
        ("eng_messages", "0002_functions"),
    ]
    operations = [
        run_sql_file(SQL / "functions.sql"),
        who_acts(system="cases_is_system", account="cases_account", divisions=("cases_divisions", "eng_cases.case.view")),
        run_sql_file(SQL / "security.sql"),
        track("eng_cases_case", subject="subject_no", leave_out=("name_folded", "checks", "title")),
        track("eng_cases_correction", leave_out=("points",)),
        track("eng_cases_decision"),
        track("eng_cases_issueddocument", leave_out=("verification_code", "facts", "title")),
    ]
