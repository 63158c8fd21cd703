"""Cases that a table of scores is tested with before it takes effect."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("family_nursery", "0007_wording")]
    operations = [
        migrations.AddField(model_name="scoretable", name="cases", field=models.BinaryField(default=b"")),
    ]
