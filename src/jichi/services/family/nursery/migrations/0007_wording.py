"""The wording of notices, kept by the division, dated."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):
    dependencies = [
        ("eng_accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("family_nursery", "0006_desks"),
    ]

    operations = [
        migrations.CreateModel(
            name="RemedyText",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("valid_from", models.DateField()),
                ("text", models.TextField()),
                ("appeal_months", models.IntegerField()),
                ("suit_months", models.IntegerField()),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="eng_accounts.division"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("division", "valid_from"), name="nursery_remedies_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), ("appeal_months__gte", 1), ("suit_months__gte", 1)
                        ),
                        name="nursery_remedies_whole",
                    ),
                ],
            },
        ),
        run_sql_file(Path(__file__).parent.parent / "sql" / "wording.sql"),
        track("family_nursery_remedytext"),
    ]
