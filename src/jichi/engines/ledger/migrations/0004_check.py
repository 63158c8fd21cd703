"""Every night's look at all entries is kept, so that the doctor looks at what came since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("eng_ledger", "0003_once")]
    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("checked_at", models.DateTimeField()),
                ("through_entry", models.BigIntegerField()),
                ("through_posting", models.BigIntegerField()),
                ("wrong", models.JSONField()),
            ],
        ),
    ]
