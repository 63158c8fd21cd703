"""What was confirmed is not rewritten; every change of plans and loads is kept in the audit trail."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):
    dependencies = [("office_administration", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(Path(__file__).parent.parent / "sql" / "plans.sql"),
        track("office_administration_plan"),
        track("office_administration_peopleload", leave_out=("content", "errors")),
    ]
