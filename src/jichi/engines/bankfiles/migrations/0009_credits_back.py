"""What banks take back is told; what agents have to send is asked for."""

from pathlib import Path

from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ("eng_bankfiles", "0008_sorted"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='difference',
            name='bankfiles_difference_kind',
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('conflict', 'orphan_cancel', 'amount_differs', 'amount_corrected', 'late', 'after_pay_by', 'foreign', 'unknown', 'old_flag', 'remittance', 'transfer_result', 'settled_unknown', 'settled_amount', 'settled_twice', 'settled_fee', 'settled_missing', 'credit_unknown', 'credit_amount', 'credit_missing', 'credit_back'))), name='bankfiles_difference_kind'),
        ),
        run_sql_file(SQL / "remitted.sql"),
    ]
