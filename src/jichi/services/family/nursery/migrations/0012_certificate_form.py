"""The form of the certificate as a division asks employers by it, dated."""

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
        ("family_nursery", "0011_ages"),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateSheet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("valid_from", models.DateField()),
                ("content", models.BinaryField()),
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
                    models.UniqueConstraint(fields=("division", "valid_from"), name="nursery_form_once"),
                ],
            },
        ),
        run_sql_file(Path(__file__).parent.parent / "sql" / "forms.sql"),
        track("family_nursery_certificatesheet"),
    ]
