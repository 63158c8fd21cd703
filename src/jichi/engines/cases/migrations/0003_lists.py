"""Indexes of lists over a million cases, and finding by name."""

from pathlib import Path

from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"
F = models.F


class Migration(migrations.Migration):
    dependencies = [("eng_cases", "0002_functions"), ("eng_registry", "0002_functions")]
    operations = [
        migrations.AddIndex(
            "case",
            models.Index(F("division"), F("status"), F("received_at").desc(), F("id"), name="case_newest_of_status"),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                F("division"), F("procedure"), F("received_at").desc(), F("id"), name="case_newest_of_procedure"
            ),
        ),
        migrations.AddIndex("case", models.Index(fields=["division", "due_on", "id"], name="case_by_due")),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["division", "closed_at"],
                name="case_by_closing",
            ),
        ),
        run_sql_file(SQL / "lists.sql"),
    ]
