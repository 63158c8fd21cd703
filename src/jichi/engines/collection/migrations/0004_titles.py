"""Kinds of levies are named in the languages of residents."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("eng_collection", "0003_booking")]
    operations = [
        migrations.AddField(
            model_name="levykind", name="titles", field=models.JSONField(default=dict, db_default={})
        )
    ]
