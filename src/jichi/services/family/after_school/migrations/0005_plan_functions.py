"""Row security, guards and audit of instalment plans."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("family_after_school", "0004_plans")]
    operations = [
        run_sql_file(SQL / "plans.sql"),
        track("family_after_school_plan", subject="payer_no"),
        track("family_after_school_planpart"),
    ]
