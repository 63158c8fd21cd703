"""総合振込 of refunds: accounts, transfers, what came back."""

import uuid
from pathlib import Path

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0006_online"), ("eng_files", "0002_audit")]
    operations = [
        migrations.CreateModel(
            name="RefundAccount",
            fields=[
                (
                    "refund",
                    models.OneToOneField(
                        on_delete=PROTECT, primary_key=True, related_name="account", serialize=False,
                        to="eng_collection.refund",
                    ),
                ),
                ("bank", models.TextField()),
                ("branch", models.TextField()),
                ("type", models.TextField()),
                ("account", models.TextField()),
                ("holder", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.IntegerField(unique=True)),
                ("division_id", models.BigIntegerField()),
                ("partner", models.TextField()),
                ("day", models.DateField()),
                ("cuts", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("file", models.ForeignKey(on_delete=PROTECT, related_name="+", to="eng_files.storedfile")),
            ],
        ),
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("customer_no", models.TextField(unique=True)),
                ("words", models.TextField()),
                ("amount_yen", models.BigIntegerField()),
                ("result", models.TextField(default="")),
                (
                    "payout",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="lines", to="eng_collection.payout"
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="eng_collection.refund"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ("", "paid", "returned"))), name="collection_payout_result"
                    ),
                    models.UniqueConstraint(fields=("payout", "refund"), name="collection_payout_line"),
                    models.UniqueConstraint(
                        condition=models.Q(("result", "returned"), _negated=True), fields=("refund",),
                        name="collection_payout_refund_once",
                    ),
                ]
            },
        ),
        run_sql_file(Path(__file__).parent.parent / "sql" / "payouts.sql"),
        track("eng_collection_refundaccount"),
        track("eng_collection_payout"),
    ]
