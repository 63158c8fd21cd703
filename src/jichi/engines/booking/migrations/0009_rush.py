"""Entering with fewer statements, and free seats found by an index that knows which are free."""

from pathlib import Path

from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0008_plans")]
    operations = [
        migrations.RemoveIndex("seat", "seat_free"),
        migrations.AddIndex("seat", models.Index(fields=("item", "place", "number"), name="seat_free")),
        run_sql_file(SQL / "enter.sql"),
        run_sql_file(SQL / "plans.sql"),
        run_sql_file(SQL / "places.sql"),
    ]
