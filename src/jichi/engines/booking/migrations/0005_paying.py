"""Places that are paid for: what an entry costs, until when it is held, what is kept when it is given back."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0004_conditions")]
    operations = [
        migrations.AddField("offering", "cancel_fees", models.JSONField(default=list, db_default=[])),
        migrations.AddField("entry", "lines", models.JSONField(default=list, db_default=[])),
        migrations.AddField("entry", "owes_yen", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("entry", "pay_until", models.DateTimeField(null=True)),
        migrations.AddField("entry", "paid_at", models.DateTimeField(null=True)),
        migrations.AddField("entry", "money_done_at", models.DateTimeField(null=True)),
        migrations.AddConstraint("entry", models.CheckConstraint(condition=Q(owes_yen__gte=0), name="entry_owes")),
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=("state", "pay_until"), name="entry_money",
                condition=Q(owes_yen__gt=0, money_done_at__isnull=True),
            ),
        ),
        run_sql_file(SQL / "enter.sql"),
        run_sql_file(SQL / "paying.sql"),
    ]  # fmt: skip
