"""What a file of a million receipts costs: a second index of each key goes, and a day's receipts are one posting."""

from pathlib import Path

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from jichi.engines.audit.track import run_sql_file


def once(model: str, field: str, index: str) -> migrations.SeparateDatabaseAndState:
    """The key keeps its unique index; the one for patterns, which sorts alike here, goes."""
    return migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField(model, field, models.TextField()),
            migrations.AddConstraint(
                model, models.UniqueConstraint(fields=(field,), name=f"eng_collection_{model}_{field}_key")
            ),
        ],
        database_operations=[migrations.RunSQL(f"DROP INDEX {index}")],
    )


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0007_payouts"), ("eng_ledger", "0005_batches")]
    operations = [
        once("receipt", "dedupe_key", "eng_collection_receipt_dedupe_key_a6bda0b8_like"),
        once("instalment", "key", "eng_collection_instalment_key_c1dc97fd_like"),
        once("assessment", "dedupe_key", "eng_collection_assessment_dedupe_key_b8f8249c_like"),
        migrations.AlterField(
            model_name="receipt",
            name="source",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, null=True, on_delete=PROTECT, related_name="put",
                to="eng_collection.receipt",
            ),
        ),
        run_sql_file(Path(__file__).parent.parent / "sql" / "files.sql"),
    ]
