"""Bills paid online, alone or several together; kinds that others of a household may pay."""

import uuid
from pathlib import Path

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0005_once"), ("eng_payments", "0004_carried")]
    operations = [
        migrations.AddField(
            model_name="levykind",
            name="household_pays",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="OnlinePayment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("payer_no", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("state", models.TextField(default="open")),
                ("charge", models.OneToOneField(on_delete=PROTECT, related_name="+", to="eng_payments.charge")),
            ],
        ),
        migrations.CreateModel(
            name="OnlinePart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount_yen", models.BigIntegerField()),
                ("is_open", models.BooleanField(default=True)),
                (
                    "instalment",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="+", to="eng_collection.instalment"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="parts", to="eng_collection.onlinepayment"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="onlinepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("open", "paid", "ended"))), name="collection_online_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="onlinepart",
            constraint=models.UniqueConstraint(fields=("payment", "instalment"), name="collection_online_part"),
        ),
        migrations.AddConstraint(
            model_name="onlinepart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)), fields=("instalment",), name="collection_online_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="onlinepart",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_yen__gt", 0)), name="collection_online_amount"
            ),
        ),
        run_sql_file(Path(__file__).parent.parent / "sql" / "online.sql"),
        track("eng_collection_onlinepayment", subject="payer_no"),
    ]
