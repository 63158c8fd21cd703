"""Tablets with keys of their own."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("front_cashless", "0002_functions")]
    operations = [
        migrations.CreateModel(
            name="Tablet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("code_hash", models.TextField(db_default="", default="")),
                ("code_until", models.DateTimeField()),
                ("key_hash", models.TextField(db_default="", default="")),
                ("registered_at", models.DateTimeField()),
                ("registered_by", models.UUIDField(null=True)),
                ("paired_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.UUIDField(null=True)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tablets", to="front_cashless.desk"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="cashless_tablet_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key_hash", ""), ("paired_at__isnull", True)),
                    models.Q(("code_hash", ""), ("paired_at__isnull", False), models.Q(("key_hash", ""), _negated=True)),
                    _connector="OR",
                ),
                name="cashless_tablet_paired",
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="tablet",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="front_cashless.tablet",
            ),
        ),
        run_sql_file(SQL / "tablets.sql"),
        track("front_cashless_tablet", leave_out=("code_hash", "key_hash")),
    ]  # fmt: skip
