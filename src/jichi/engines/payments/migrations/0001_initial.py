import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('eng_accounts', '0002_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReceiptSeries',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('fiscal_year', models.IntegerField(unique=True)),
                ('last', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('dedupe_key', models.TextField(unique=True)),
                ('subject', models.TextField()),
                ('payer_no', models.TextField(db_default='', default='')),
                ('title', models.JSONField()),
                ('total_yen', models.IntegerField()),
                ('paid_yen', models.IntegerField(db_default=0, default=0)),
                ('state', models.TextField()),
                ('due_on', models.DateField(null=True)),
                ('about', models.TextField(db_default='', default='')),
                ('opened_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(db_default='', default='')),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('division', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='eng_accounts.division')),
            ],
        ),
        migrations.CreateModel(
            name='ChargeLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.SmallIntegerField()),
                ('code', models.TextField()),
                ('title', models.JSONField()),
                ('unit_yen', models.IntegerField()),
                ('count', models.IntegerField()),
                ('charge', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='eng_payments.charge')),
            ],
        ),
        migrations.CreateModel(
            name='Checkout',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('attempt', models.IntegerField()),
                ('state', models.TextField(default='open')),
                ('provider_ref', models.TextField(unique=True)),
                ('url', models.TextField()),
                ('opened_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('returned_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('next_look_at', models.DateTimeField(null=True)),
                ('charge', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='checkouts', to='eng_payments.charge')),
            ],
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('posting', models.TextField()),
                ('account', models.TextField()),
                ('amount_yen', models.IntegerField()),
                ('booked_on', models.DateField()),
                ('booked_at', models.DateTimeField()),
                ('charge', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='eng_payments.charge')),
            ],
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('method', models.TextField()),
                ('amount_yen', models.IntegerField()),
                ('accepted_on', models.DateField()),
                ('provider_ref', models.TextField(db_default='', default='')),
                ('slip', models.TextField(db_default='', default='')),
                ('recorded_at', models.DateTimeField()),
                ('charge', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='eng_payments.charge')),
                ('checkout', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='eng_payments.checkout')),
                ('recorded_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PaymentEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('event_id', models.TextField()),
                ('kind', models.TextField()),
                ('session_ref', models.TextField(db_default='', default='')),
                ('amount_yen', models.IntegerField(null=True)),
                ('raw', models.TextField()),
                ('via', models.TextField()),
                ('received_at', models.DateTimeField()),
                ('outcome', models.TextField()),
                ('is_trouble', models.BooleanField(default=False)),
                ('handled_at', models.DateTimeField(null=True)),
                ('handled_note', models.TextField(db_default='', default='')),
                ('charge', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='eng_payments.charge')),
                ('handled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('fiscal_year', models.IntegerField()),
                ('serial', models.IntegerField()),
                ('number', models.TextField(unique=True)),
                ('issued_at', models.DateTimeField()),
                ('prints', models.IntegerField(default=0)),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='eng_payments.payment')),
            ],
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('amount_yen', models.IntegerField()),
                ('by_firm', models.BooleanField()),
                ('reason', models.TextField()),
                ('state', models.TextField(default='requested')),
                ('requested_at', models.DateTimeField()),
                ('requested_by', models.UUIDField(null=True)),
                ('attempts', models.IntegerField(default=0)),
                ('uncertain', models.IntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('claim', models.UUIDField(null=True)),
                ('last_error', models.TextField(default='')),
                ('provider_ref', models.TextField(default='')),
                ('slip', models.TextField(default='')),
                ('changed_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='refund', to='eng_payments.payment')),
            ],
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(fields=['subject'], name='charge_by_subject'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(fields=['account', 'opened_at'], name='charge_by_account'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(models.F('division'), models.OrderBy(models.F('opened_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='charge_newest'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(fields=['division', 'state', 'opened_at', 'id'], name='charge_by_state'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(condition=models.Q(('about', ''), _negated=True), fields=['about'], name='charge_by_about'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(condition=models.Q(('payer_no', ''), _negated=True), fields=['payer_no'], name='charge_by_payer'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('due', 'paid', 'cancelled', 'refunding', 'refunded', 'zero'))), name='charge_state'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dedupe_key', ''), _negated=True), models.Q(('subject', ''), _negated=True)), name='charge_named'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('total_yen__gte', 0), ('total_yen__lte', 999999999)), name='charge_total'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('paid_yen__gte', 0), ('paid_yen__lte', models.F('total_yen'))), name='charge_paid'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', False), ('paid_yen', models.F('total_yen')), ('state__in', ('paid', 'refunding', 'refunded')), ('total_yen__gt', 0)), models.Q(('paid_at__isnull', True), ('paid_yen', 0), ('state__in', ('due', 'zero', 'cancelled'))), _connector='OR'), name='charge_paid_when_paid'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'zero'), _negated=True), ('total_yen', 0), _connector='OR'), name='charge_zero'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'due'), _negated=True), ('total_yen__gt', 0), _connector='OR'), name='charge_due'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_at__isnull', False), _connector='OR'), name='charge_cancelled_at'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.UniqueConstraint(fields=('charge', 'position'), name='chargeline_place'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='chargeline_count'),
        ),
        migrations.AddIndex(
            model_name='checkout',
            index=models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at'], name='checkout_due_look'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('open', 'paid', 'failed', 'cancelled', 'expired'))), name='checkout_state'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('charge',), name='checkout_one_open'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.UniqueConstraint(fields=('charge', 'attempt'), name='checkout_attempt'),
        ),
        migrations.AddConstraint(
            model_name='checkout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='checkout_ended'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['charge', 'id'], name='ledger_by_charge'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['account', 'booked_on'], name='ledger_by_account'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(fields=('posting', 'account'), name='ledger_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('account__in', ('claims', 'revenue', 'cash', 'firm', 'owed_back'))), name='ledger_account'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount_yen', 0), _negated=True), name='ledger_amount'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['charge'], name='payment_by_charge'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('settles', 'late', 'surplus'))), name='payment_kind'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount_yen__gt', 0)), name='payment_amount'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'surplus'), _negated=True), fields=('charge',), name='payment_settles_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_ref', ''), _negated=True), fields=('provider_ref',), name='payment_provider_once'),
        ),
        migrations.AddIndex(
            model_name='paymentevent',
            index=models.Index(fields=['charge', 'id'], name='paymentevent_by_charge'),
        ),
        migrations.AddIndex(
            model_name='paymentevent',
            index=models.Index(condition=models.Q(('handled_at', None), ('is_trouble', True)), fields=['id'], name='paymentevent_open'),
        ),
        migrations.AddConstraint(
            model_name='paymentevent',
            constraint=models.UniqueConstraint(fields=('event_id',), name='paymentevent_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentevent',
            constraint=models.CheckConstraint(condition=models.Q(('via__in', ('callback', 'poll'))), name='paymentevent_via'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('fiscal_year', 'serial'), name='receipt_serial'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('serial__gte', 1)), name='receipt_from_one'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state__in', ('requested', 'sent', 'uncertain'))), fields=['next_attempt_at'], name='refund_due'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='refund_leased'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state__in', ('uncertain', 'failed'))), fields=['changed_at'], name='refund_trouble'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('requested', 'sending', 'sent', 'uncertain', 'done', 'failed'))), name='refund_state'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_yen__gt', 0)), name='refund_amount'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', False), ('lease_until__isnull', False), ('state', 'sending')), models.Q(models.Q(('state', 'sending'), _negated=True), ('claim__isnull', True), ('lease_until__isnull', True)), _connector='OR'), name='refund_lease'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', True)), _connector='OR'), name='refund_done'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('by_firm', True), models.Q(('by_firm', False), ('next_attempt_at__isnull', True), ('state__in', ('requested', 'done'))), _connector='OR'), name='refund_by_hand'),
        ),
    ]
