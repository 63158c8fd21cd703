"""What agents have to send for a day, by division and fiscal year."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0009_sorted"), ("eng_bankfiles", "0009_credits_back")]
    operations = [
        migrations.CreateModel(
            name="Remitted",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sender", models.TextField()),
                ("file_id", models.UUIDField()),
                ("remit_on", models.DateField()),
                ("fiscal_year", models.IntegerField()),
                ("count", models.IntegerField()),
                ("gross_yen", models.BigIntegerField()),
                ("fee_yen", models.BigIntegerField()),
                (
                    "division",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="eng_accounts.division",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="remitted",
            constraint=models.UniqueConstraint(
                fields=("sender", "remit_on", "file_id", "division", "fiscal_year"), name="collection_remitted_once"
            ),
        ),
        run_sql_file(SQL / "remitted.sql"),
        track("eng_collection_remitted"),
    ]  # fmt: skip
