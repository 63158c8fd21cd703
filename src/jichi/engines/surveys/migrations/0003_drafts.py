"""A questionnaire without times is a draft."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("eng_surveys", "0002_guards")]
    operations = [
        migrations.RemoveConstraint("survey", "survey_times"),
        migrations.AlterField("survey", "opens_at", models.DateTimeField(null=True)),
        migrations.AlterField("survey", "closes_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "survey",
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(opens_at__isnull=False, closes_at__isnull=False, closes_at__gt=models.F("opens_at")),
                name="survey_times",
            ),
        ),
    ]
