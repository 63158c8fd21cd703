"""Slips for the cash of several days; what items are called in other languages."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, run_sql_functions, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("front_cashless", "0003_tablets")]
    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.IntegerField(unique=True)),
                ("yen", models.IntegerField()),
                ("received_at", models.DateTimeField()),
                ("received_by", models.UUIDField(null=True)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="front_cashless.desk"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="cashless_handover_number"),
        ),
        migrations.AddField(
            model_name="deskday",
            name="handover",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="days",
                to="front_cashless.handover",
            ),
        ),
        migrations.AddField(
            model_name="fee", name="names", field=models.JSONField(db_default={}, default=dict),
        ),
        run_sql_file(SQL / "handovers.sql"),
        run_sql_functions(SQL / "guards.sql", "cashless_guard_day"),
        track("front_cashless_handover"),
    ]  # fmt: skip
