"""Links that are a right by themselves: employers' certificates, facilities' seats."""

import django.db.models.deletion
import uuid
from pathlib import Path

from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('eng_files', '0002_audit'),
        ('family_nursery', '0003_online'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('place', models.IntegerField()),
                ('state', models.TextField(default='asked')),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('content', models.JSONField(default=dict)),
                ('sha256', models.TextField(blank=True, default='')),
                ('arrived_at', models.DateTimeField(null=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='family_nursery.entry')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='eng_files.storedfile')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('place__in', (1, 2))), name='nursery_certificate_place'), models.CheckConstraint(condition=models.Q(('state__in', ('asked', 'arrived', 'replaced'))), name='nursery_certificate_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'arrived'), _negated=True), models.Q(('arrived_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='nursery_certificate_arrived'), models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('entry', 'place'), name='nursery_certificate_one_asked')],
            },
        ),
        migrations.CreateModel(
            name='FacilityAsk',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.TextField(blank=True, default='')),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='family_nursery.facility')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='family_nursery.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'facility'), name='nursery_ask_once')],
            },
        ),
        run_sql_file(SQL / "links.sql"),
        track("family_nursery_certificate", leave_out=("content",)),
        track("family_nursery_facilityask"),
    ]
