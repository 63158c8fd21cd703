"""Refunds of a part of a payment, 当日取消 of what was taken at the counter, and the days before and after."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, run_sql_functions

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('eng_payments', '0002_functions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='payment',
            name='payment_settles_once',
        ),
        migrations.AddField(
            model_name='payment',
            name='void_reason',
            field=models.TextField(db_default='', default=''),
        ),
        migrations.AddField(
            model_name='payment',
            name='voided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='payment',
            name='voided_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='cause',
            field=models.TextField(db_default='', default=''),
        ),
        migrations.AddField(
            model_name='refund',
            name='is_part',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='refund',
            name='payment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='eng_payments.payment'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(condition=models.Q(('due_on__isnull', False), ('state', 'due')), fields=['due_on'], name='charge_due_on'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['payment'], name='refund_by_payment'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('kind', 'surplus'), _negated=True), ('voided_at', None)), fields=('charge',), name='payment_settles_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('void_reason', ''), ('voided_at__isnull', True), ('voided_by__isnull', True)), models.Q(('method__in', ('cash', 'counter_card', 'counter_code', 'slip')), ('voided_at__isnull', False), ('voided_by__isnull', False), models.Q(('void_reason', ''), _negated=True)), _connector='OR'), name='payment_voided'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('is_part', False)), fields=('payment',), name='refund_whole_once'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('cause', ''), _negated=True), fields=('payment', 'cause'), name='refund_cause_once'),
        ),
        run_sql_file(SQL / "parts.sql"),
        run_sql_functions(SQL / "guards.sql", "payments_guard_charge", "payments_guard_refund"),
    ]
