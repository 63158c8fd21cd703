"""Indexes of the few cases that wait for money or for a decision on their route."""

from django.db import migrations, models

Q = models.Q


class Migration(migrations.Migration):
    dependencies = [("eng_cases", "0005_deciding_functions")]
    operations = [
        migrations.AddIndex(
            "case",
            models.Index(fields=["division", "received_at"], condition=Q(("payment", "due")), name="case_unpaid"),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["division", "received_at"], condition=Q(("stage", "on_route")), name="case_on_its_route"
            ),
        ),
    ]
