"""An entry costs fewer statements: one guard for each row, one foreign key for each person, no index that nobody reads."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


def once(field: str, index: str) -> migrations.SeparateDatabaseAndState:
    """The key keeps its unique index; the one for patterns, which sorts alike here, goes."""
    return migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.AlterField("entry", field, models.TextField()),
            migrations.AddConstraint(
                "entry", models.UniqueConstraint(fields=(field,), name=f"eng_booking_entry_{field}_key")
            ),
        ],
        database_operations=[migrations.RunSQL(f"DROP INDEX {index}")],
    )


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0010_free_seats")]
    operations = [
        once("number", "eng_booking_entry_number_bf86c4dd_like"),
        once("dedupe_key", "eng_booking_entry_dedupe_key_e78eca2b_like"),
        migrations.AddConstraint(
            "entry", models.UniqueConstraint(fields=("id", "offering"), name="entry_of_offering")
        ),
        migrations.AlterField(
            "entryperson", "entry",
            models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="people",
                to="eng_booking.entry",
            ),
        ),
        migrations.AlterField(
            "entryperson", "offering",
            models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="eng_booking.offering",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE eng_booking_entryperson ADD CONSTRAINT person_of_entry FOREIGN KEY (entry_id, offering_id) "
            "REFERENCES eng_booking_entry (id, offering_id) DEFERRABLE INITIALLY DEFERRED"
        ),
        run_sql_file(SQL / "places.sql"),
        run_sql_file(SQL / "enter.sql"),
        run_sql_file(SQL / "glance.sql"),
        run_sql_file(SQL / "plans.sql"),
    ]  # fmt: skip
