"""Offerings that are linked: one place a person among them."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0012_frozen_rules")]
    operations = [
        migrations.AddField("offering", "link", models.TextField(db_default="", default="")),
        migrations.AddIndex(
            "offering", models.Index(fields=["link"], name="offering_link", condition=~Q(link=""))
        ),
        migrations.CreateModel(
            name="LinkedPerson",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("link", models.TextField()),
                ("person", models.TextField()),
                ("placed", models.BooleanField(db_default=False, default=False)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="linked", to="eng_booking.entry"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["link", "person"], name="linked_person")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("link", "person"), condition=Q(placed=True), name="linked_place_once"
                    )
                ],
            },
        ),
        run_sql_file(SQL / "linked.sql"),
    ]
