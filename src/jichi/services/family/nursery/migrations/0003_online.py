"""Online applications: entries, when a round takes them, where facilities are."""

import django.db.models.deletion
import uuid
from pathlib import Path

from django.conf import settings
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('eng_accounts', '0010_invitation_audit'),
        ('family_nursery', '0002_functions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('addressee_no', models.TextField(blank=True, default='')),
                ('number', models.TextField(blank=True, default='')),
                ('state', models.TextField(default='draft')),
                ('content', models.JSONField(default=dict)),
                ('sent', models.JSONField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('accepted', models.JSONField(null=True)),
                ('remark', models.TextField(blank=True, default='')),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='facility',
            name='about',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='facility',
            name='latitude',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='facility',
            name='longitude',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='round',
            name='closes_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='round',
            name='follows',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='family_nursery.round'),
        ),
        migrations.AddField(
            model_name='round',
            name='opens_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='facility',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', 20), ('latitude__lte', 46), ('longitude__gte', 122), ('longitude__lte', 154)), _connector='OR'), name='nursery_facility_place'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closes_at__isnull', True), ('opens_at__isnull', True)), ('opens_at__lt', models.F('closes_at')), _connector='OR'), name='nursery_round_open'),
        ),
        migrations.AddField(
            model_name='entry',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='entry',
            name='application',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entry', to='family_nursery.application'),
        ),
        migrations.AddField(
            model_name='entry',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='family_nursery.round'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('round', 'account'), name='nursery_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='nursery_entry_number'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'sent', 'returned', 'accepted', 'withdrawn'))), name='nursery_entry_state'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('sent__isnull', False), ('sent_at__isnull', False), models.Q(('number', ''), _negated=True)), _connector='OR'), name='nursery_entry_sent'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('application__isnull', False), _connector='OR'), name='nursery_entry_accepted'),
        ),
        run_sql_file(SQL / "entries.sql"),
        track("family_nursery_entry", subject="addressee_no", leave_out=("content",)),
    ]
