"""Row security of visits, the guard of slots, and what is kept in the audit trail."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("welfare_digital_inclusion", "0003_desks_and_visits"), ("eng_audit", "0002_functions")]
    operations = [
        who_acts(divisions=("digital_desk_divisions", "welfare_digital_inclusion.desk")),
        run_sql_file(SQL / "desks.sql"),
        track("welfare_digital_inclusion_desk", leave_out=("updated_at",)),
        track("welfare_digital_inclusion_deskhours"),
        track("welfare_digital_inclusion_deskday"),
        track("welfare_digital_inclusion_topic"),
        track("welfare_digital_inclusion_visit", subject="account_id"),
    ]
