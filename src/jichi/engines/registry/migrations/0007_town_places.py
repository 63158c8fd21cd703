"""Towns have a reading and a shape."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("eng_registry", "0006_deliveries")]
    operations = [
        migrations.AddField(
            model_name="town", name="kana", field=models.TextField(db_default="", default="")
        ),
        migrations.AddField(model_name="town", name="outline", field=models.JSONField(null=True)),
        migrations.AddField(
            model_name="town", name="origin", field=models.TextField(db_default="", default="")
        ),
    ]
