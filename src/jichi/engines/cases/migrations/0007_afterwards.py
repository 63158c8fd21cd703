"""Why a decision or a paper went another way, what was granted, and what is due afterwards."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_cases", "0006_waiting"), ("eng_audit", "0002_functions")]
    operations = [
        migrations.AddField("decision", "dispatch_because", models.TextField(db_default="", default="")),
        migrations.AddField("decision", "granted_yen", models.BigIntegerField(null=True)),
        migrations.AddField("dispatch", "because", models.TextField(db_default="", default="")),
        migrations.AddField("proposal", "dispatch_because", models.TextField(db_default="", default="")),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.TextField()),
                ("procedure", models.TextField()),
                ("title", models.JSONField()),
                ("text", models.JSONField(null=True)),
                ("due_on", models.DateField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="eng_cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("told_at", None)), fields=["due_on"], name="follow_up_untold")
                ],
                "constraints": [models.UniqueConstraint(fields=("case", "key"), name="follow_up_once")],
            },
        ),
        run_sql_file(SQL / "follow_ups.sql"),
        track("eng_cases_followup"),
    ]
