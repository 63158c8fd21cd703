"""What a file of receipts was asked once a row is asked once a statement."""

from pathlib import Path

from django.db import migrations, models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_bankfiles", "0004_transfer_functions")]
    operations = [
        migrations.AlterField(
            model_name="storereceipt",
            name=name,
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=PROTECT, related_name="+", to=f"eng_bankfiles.{to}"
            ),
        )
        for name, to in (("partner", "partner"), ("last_file", "takenfile"))
    ] + [
        migrations.RemoveConstraint("storereceipt", "bankfiles_receipt_barcode"),
        migrations.AddConstraint(
            "storereceipt",
            models.CheckConstraint(
                condition=models.Q(barcode__regex="^91[0-9]*$") & Exact(Length("barcode"), 44),
                name="bankfiles_receipt_barcode",
            ),
        ),
        run_sql_file(Path(__file__).parent.parent / "sql" / "once.sql"),
    ]
