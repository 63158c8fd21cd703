"""Functions, guards, row security and audit of forms."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_forms", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(SQL / "functions.sql"),
        who_acts(system="forms_is_system", account="forms_account"),
        run_sql_file(SQL / "security.sql"),
        track("eng_forms_procedure"),
        track("eng_forms_formversion", leave_out=("source",)),
        track("eng_forms_draft", subject="subject_no", leave_out=("answers", "revision", "page", "updated_at")),
        track("eng_forms_draftfile"),
        track("eng_forms_submission", subject="subject_no", leave_out=("answers",)),
    ]
