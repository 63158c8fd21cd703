from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("eng_bankfiles", "0007_credit_functions"),
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
    ]
