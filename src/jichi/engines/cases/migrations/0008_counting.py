"""A small index by which statistics find a day's timelines."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("eng_cases", "0007_afterwards")]
    operations = [
        migrations.AddIndex(
            "caseevent",
            django.contrib.postgres.indexes.BrinIndex(
                fields=["at"], name="case_event_by_day", pages_per_range=16, autosummarize=True
            ),
        ),
    ]
