"""What many entries at once cost: a second index of each key goes, entries are looked at by posting."""

from pathlib import Path

from django.db import migrations, models

from jichi.engines.audit.track import run_sql_functions


class Migration(migrations.Migration):
    dependencies = [("eng_ledger", "0004_check")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("posting", "key", models.TextField()),
                migrations.AddConstraint(
                    "posting", models.UniqueConstraint(fields=("key",), name="eng_ledger_posting_key_key")
                ),
            ],
            database_operations=[migrations.RunSQL("DROP INDEX eng_ledger_posting_key_cfe921d2_like")],
        ),
        run_sql_functions(Path(__file__).parent.parent / "sql" / "guards.sql", "ledger_check_entries"),
    ]
