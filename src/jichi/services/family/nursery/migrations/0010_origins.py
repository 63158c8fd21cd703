"""Where an answer came from: taken from a certificate, and from which of its items."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("family_nursery", "0009_unborn")]
    operations = [
        migrations.AddField(model_name="application", name="origins", field=models.JSONField(default=dict)),
    ]
