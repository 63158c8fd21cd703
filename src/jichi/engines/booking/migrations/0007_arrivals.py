"""Tickets read at the door, perhaps while the line was away: each once, and by which device."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0006_glance")]
    operations = [
        migrations.CreateModel(
            name="TicketRead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("device", models.TextField()),
                ("arrived_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("outcome", models.TextField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="reads",
                                            to="eng_booking.entry")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(outcome__in=("arrived", "already", "no_place")), name="arrival_outcome"
                    ),
                    models.CheckConstraint(condition=Q(received_at__gte=F("arrived_at")), name="arrival_times"),
                ],
            },
        ),
        run_sql_file(SQL / "arrivals.sql"),
        track("eng_booking_ticketread"),
    ]  # fmt: skip
