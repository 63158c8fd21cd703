"""Guards, row security and audit of nursery admission."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("family_nursery", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(SQL / "guards.sql"),
        who_acts(system="nursery_is_system", account="nursery_account", divisions=("nursery_divisions", "family_nursery.view")),
        run_sql_file(SQL / "security.sql"),
        track("family_nursery_facility"),
        track("family_nursery_scoretable", leave_out=("content",)),
        track("family_nursery_round"),
        track("family_nursery_vacancy"),
        track("family_nursery_application", subject="addressee_no"),
        track("family_nursery_child"),
        track("family_nursery_pin"),
        track("family_nursery_run", leave_out=("inputs", "outputs", "phase", "count")),
    ]
