"""Row security of who takes part; every change is kept in the audit trail."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("welfare_digital_inclusion", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        who_acts(system="digital_is_system", account="digital_account", divisions=("digital_divisions", "welfare_digital_inclusion.view")),
        run_sql_file(SQL / "security.sql"),
        track("welfare_digital_inclusion_course", leave_out=("search_text", "updated_at")),
        track("welfare_digital_inclusion_session"),
        track("welfare_digital_inclusion_enrolment", subject="account_id"),
        track("welfare_digital_inclusion_participant"),
        track("welfare_digital_inclusion_attendance"),
    ]
