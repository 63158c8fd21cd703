"""Guards and row security of stays; every change is kept in the audit trail."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("front_retreats", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(SQL / "guards.sql"),
        who_acts(account="retreats_account"),
        run_sql_file(SQL / "security.sql"),
        track("front_retreats_house", leave_out=("updated_at",)),
        track("front_retreats_roomtype"),
        track("front_retreats_houseroom"),
        track("front_retreats_housetariff", leave_out=("updated_at",)),
        track("front_retreats_closure"),
        track("front_retreats_lottery"),
        track("front_retreats_member", subject="account_id"),
        track("front_retreats_stay", subject="account_id", leave_out=("lines",)),
    ]
