"""Free seats in an order that one index alone has, so that entering never sorts them."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0009_rush")]
    operations = [
        migrations.RemoveIndex("seat", "seat_free"),
        migrations.AddIndex(
            "seat", models.Index(F("item"), F("number") + 0, name="seat_free", condition=Q(place__isnull=True))
        ),
        run_sql_file(SQL / "enter.sql"),
        run_sql_file(SQL / "plans.sql"),
    ]
