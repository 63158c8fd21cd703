"""What a file of receipts is asked once a row is asked once a statement."""

from pathlib import Path

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from jichi.engines.audit.track import run_sql_functions


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0004_titles")]
    operations = [
        migrations.AlterField(
            model_name="receipt",
            name="instalment",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, null=True, on_delete=PROTECT, related_name="receipts",
                to="eng_collection.instalment",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="instalment",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=PROTECT, related_name="allocations",
                to="eng_collection.instalment",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="receipt",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=PROTECT, related_name="allocations",
                to="eng_collection.receipt",
            ),
        ),
        run_sql_functions(
            Path(__file__).parent.parent / "sql" / "guards.sql",
            "collection_overused", "collection_check_put", "collection_check_allocation",
        ),
    ]
