"""Conditions asked when somebody enters, weights, tickets, who came, cancelled offerings."""

import uuid
from pathlib import Path

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"
STATES = ("applied", "placed", "waiting", "lost", "withdrawn", "cancelled")


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0003_changes")]
    operations = [
        migrations.AddField("offering", "tiers", models.JSONField(default=list, db_default=[])),
        migrations.AddField("offering", "weights", models.JSONField(default=list, db_default=[])),
        migrations.AddField("offering", "series", models.TextField(default="", db_default="")),
        migrations.AddField("offering", "season", models.TextField(default="", db_default="")),
        migrations.AddField("offering", "withdraw_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "entry", "token",
            models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False),
        ),
        migrations.AddField("entry", "arrived_at", models.DateTimeField(null=True)),
        migrations.AddField("entry", "no_show", models.BooleanField(default=False, db_default=False)),
        migrations.RemoveConstraint("entry", "entry_state"),
        migrations.AddConstraint(
            "entry", models.CheckConstraint(condition=models.Q(state__in=STATES), name="entry_state")
        ),
        migrations.AddIndex(
            "offering",
            models.Index(fields=("series",), name="offering_series", condition=~models.Q(series="")),
        ),
        migrations.AddIndex(
            "offering",
            models.Index(fields=("season",), name="offering_season", condition=~models.Q(season="")),
        ),
        run_sql_file(SQL / "enter.sql"),
        run_sql_file(SQL / "after.sql"),
    ]  # fmt: skip
