"""Row security of what applicants told; every change of an event is kept in the audit trail."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("front_events", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        who_acts(divisions=("events_divisions", "front_events.view")),
        run_sql_file(SQL / "security.sql"),
        track("front_events_event", leave_out=("search_text", "updated_at")),
        track("front_events_evententry", subject="account_id", leave_out=("answers",)),
    ]
