"""The chain, row security and audit of routes."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("eng_routes", "0001_initial"),
        ("eng_audit", "0002_functions"),
        ("eng_inbox", "0002_functions"),
    ]
    operations = [
        run_sql_file(SQL / "functions.sql"),
        who_acts(system="routes_is_system", divisions=("routes_divisions", "eng_routes.take_part")),
        run_sql_file(SQL / "security.sql"),
        track("eng_routes_route", leave_out=("spec", "title")),
        track("eng_routes_routepost"),
        track("eng_routes_absence", subject="account_id", leave_out=("reason",)),
    ]
