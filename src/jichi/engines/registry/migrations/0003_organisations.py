"""Kinds of bodies, their officers, and who may see them."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):

    dependencies = [
        ('eng_registry', '0002_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='OfficerTerm',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('addressee_no', models.TextField()),
                ('post', models.TextField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='registerload',
            name='registry_load_kind',
        ),
        migrations.AddField(
            model_name='organization',
            name='kind',
            field=models.TextField(db_default='other', default='other'),
        ),
        migrations.AlterField(
            model_name='registerload',
            name='kind',
            field=models.TextField(choices=[('sample', '見本'), ('file', '住民'), ('organisations', '団体')]),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('neighbourhood', 'pta', 'npo', 'corporation', 'other'))), name='registry_org_kind'),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='registry_org_has_name'),
        ),
        migrations.AddConstraint(
            model_name='registerload',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('sample', 'file', 'organisations'))), name='registry_load_kind'),
        ),
        migrations.AddField(
            model_name='officerterm',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='officers', to='eng_registry.organization'),
        ),
        migrations.AddIndex(
            model_name='officerterm',
            index=models.Index(fields=['addressee_no'], name='registry_officer_person'),
        ),
        migrations.AddConstraint(
            model_name='officerterm',
            constraint=models.UniqueConstraint(fields=('organization', 'addressee_no', 'post', 'starts_on'), name='registry_officer_once'),
        ),
        migrations.AddConstraint(
            model_name='officerterm',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='registry_officer_term'),
        ),
        migrations.AddConstraint(
            model_name='officerterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('addressee_no', ''), _negated=True), models.Q(('post', ''), _negated=True)), name='registry_officer_is_somebody'),
        ),
        run_sql_file(Path(__file__).parent.parent / "sql" / "organisations.sql"),
        track("eng_registry_officerterm", subject="addressee_no"),
    ]
