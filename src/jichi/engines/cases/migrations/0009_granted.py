"""交付決定額 of a proposal, where less is granted than was asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("eng_cases", "0008_counting")]
    operations = [
        migrations.AddField("proposal", "granted_yen", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                condition=models.Q(granted_yen__isnull=True)
                | (models.Q(granted_yen__gt=0, outcome="approved") & ~models.Q(reason="")),
                name="proposal_less_has_reason",
            ),
        ),
    ]
