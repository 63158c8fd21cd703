"""Row security, guards and audit of after-school clubs."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("family_after_school", "0001_initial"),
        ("eng_audit", "0002_functions"),
        ("eng_collection", "0004_titles"),
    ]
    operations = [
        who_acts(system="after_school_is_system", divisions=("after_school_divisions", "family_after_school.view")),
        run_sql_file(SQL / "security.sql"),
        track("family_after_school_club"),
        track("family_after_school_enrolment", subject="child_no"),
        track("family_after_school_term"),
        track("family_after_school_feetable"),
        track("family_after_school_run"),
        track("family_after_school_runline"),
        track("family_after_school_reminder", subject="payer_no"),
    ]
