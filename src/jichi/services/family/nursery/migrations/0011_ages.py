"""The least age at which facilities take children, dated."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jichi.engines.audit.track import track


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("family_nursery", "0010_origins"),
    ]

    operations = [
        migrations.CreateModel(
            name="FacilityAge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("class_id", models.IntegerField()),
                ("valid_from", models.DateField()),
                ("days", models.IntegerField()),
                ("birth_counts", models.BooleanField(default=False)),
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
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="family_nursery.facility"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "class_id", "valid_from"), name="nursery_age_once"),
                    models.CheckConstraint(
                        condition=models.Q(("class_id__in", (0, 1, 2, 3, 4, 5))), name="nursery_age_class"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 0), ("days__lte", 2000)), name="nursery_age_days"
                    ),
                ],
            },
        ),
        track("family_nursery_facilityage"),
    ]
