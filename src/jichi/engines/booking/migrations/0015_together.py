"""Presses that wait at the same time are glanced at and entered together."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0014_plans_to_the_end")]
    operations = [run_sql_file(SQL / name) for name in ("glance.sql", "plans.sql", "many.sql", "enter.sql")]
