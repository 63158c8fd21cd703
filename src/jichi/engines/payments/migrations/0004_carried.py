"""Charges that only carry money for a room above."""

from pathlib import Path

from django.db import migrations, models

from jichi.engines.audit.track import run_sql_functions


class Migration(migrations.Migration):
    dependencies = [("eng_payments", "0003_parts_and_voids")]
    operations = [
        migrations.AddField(
            model_name="charge",
            name="is_carried",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("is_carried", True), ("state", "due")), fields=["opened_at"],
                name="charge_carried_due",
            ),
        ),
        run_sql_functions(Path(__file__).parent.parent / "sql" / "guards.sql", "payments_guard_charge"),
    ]
