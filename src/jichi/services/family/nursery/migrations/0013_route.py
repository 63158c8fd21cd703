"""The route of approval that a round names; the rounds there are keep the approval by two."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("family_nursery", "0012_certificate_form")]
    operations = [
        migrations.AddField(
            model_name="round", name="route", field=models.TextField(blank=True, db_default="", default="")
        ),
    ]
