# Tables of the designer.

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('eng_accounts', '0008_guest_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Design',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('slug', models.TextField()),
                ('title', models.TextField()),
                ('source', models.JSONField()),
                ('revision', models.IntegerField(default=1)),
                ('state', models.TextField(default='draft')),
                ('based_on', models.IntegerField(null=True)),
                ('started_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('publish_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True, default='')),
                ('ended_at', models.DateTimeField(null=True)),
                ('published_version', models.IntegerField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='eng_accounts.division')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DesignRevision',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('revision', models.IntegerField()),
                ('source', models.JSONField()),
                ('what', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('design', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='front_designer.design')),
            ],
        ),
        migrations.CreateModel(
            name='PageEdit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('page', models.TextField(blank=True, default='')),
                ('until', models.DateTimeField()),
                ('design', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='front_designer.design')),
                ('who', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='design',
            index=models.Index(fields=['division', 'state'], name='design_by_division'),
        ),
        migrations.AddConstraint(
            model_name='design',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('slug',), name='design_one_open'),
        ),
        migrations.AddConstraint(
            model_name='design',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'trial', 'asked', 'scheduled', 'ended'))), name='design_state'),
        ),
        migrations.AddConstraint(
            model_name='design',
            constraint=models.CheckConstraint(condition=models.Q(('revision__gte', 1)), name='design_revision'),
        ),
        migrations.AddConstraint(
            model_name='design',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state', 'ended')), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at', None)), _connector='OR'), name='design_ended'),
        ),
        migrations.AddConstraint(
            model_name='design',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('asked', 'scheduled')), _negated=True), ('asked_at__isnull', False), _connector='OR'), name='design_asked'),
        ),
        migrations.AddConstraint(
            model_name='design',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), models.Q(('publish_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='design_scheduled'),
        ),
        migrations.AddConstraint(
            model_name='design',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), ('asked_by', None), models.Q(('approved_by', models.F('asked_by')), _negated=True), _connector='OR'), name='design_second_person'),
        ),
        migrations.AddConstraint(
            model_name='design',
            constraint=models.CheckConstraint(condition=models.Q(('published_version', None), ('state', 'ended'), _connector='OR'), name='design_published_is_over'),
        ),
        migrations.AddConstraint(
            model_name='designrevision',
            constraint=models.UniqueConstraint(fields=('design', 'revision'), name='design_revision_once'),
        ),
        migrations.AddConstraint(
            model_name='pageedit',
            constraint=models.UniqueConstraint(fields=('design', 'who'), name='page_edit_once'),
        ),
    ]
