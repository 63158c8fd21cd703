"""Applications for a child not yet born."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("family_nursery", "0008_cases")]
    operations = [
        migrations.AddField(model_name="child", name="unborn", field=models.BooleanField(default=False)),
    ]
