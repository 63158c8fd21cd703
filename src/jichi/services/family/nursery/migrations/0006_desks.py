"""Nurseries whose people sign in: the organisation that answers for a facility, and what it may see."""

import django.db.models.deletion
from pathlib import Path

from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, who_acts


class Migration(migrations.Migration):
    dependencies = [
        ("eng_accounts", "0001_initial"),
        ("family_nursery", "0005_erasing"),
    ]

    operations = [
        migrations.AddField(
            model_name="facility",
            name="desk",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="eng_accounts.division"
            ),
        ),
        who_acts(divisions=("nursery_desks", "family_nursery.desk")),
        run_sql_file(Path(__file__).parent.parent / "sql" / "desks.sql"),
    ]
