"""Closed periods, printed records, and how many have to come to a meeting."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from courses.credits.closing import guards


def guard(apps, schema_editor):
    """From here on the database refuses to change what was closed."""
    guards.install(schema_editor.connection)


def unguard(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0010_checkpoints'),
        ('members', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff_no', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('required', models.PositiveIntegerField()),
                ('counted', models.PositiveIntegerField()),
                ('state', models.CharField(max_length=16)),
            ],
            options={
                'verbose_name': 'line of a closed period',
                'verbose_name_plural': 'lines of a closed period',
                'ordering': ['staff_no'],
            },
        ),
        migrations.CreateModel(
            name='PeriodClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('period', models.CharField(max_length=32, verbose_name='Period')),
                ('first', models.DateField(verbose_name='From')),
                ('last', models.DateField(verbose_name='To')),
                ('closed_at', models.DateTimeField(verbose_name='Closed')),
                ('people', models.PositiveIntegerField()),
                ('met', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'closed period',
                'verbose_name_plural': 'closed periods',
                'ordering': ['-last', 'code'],
            },
        ),
        migrations.CreateModel(
            name='RecordPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='Number')),
                ('year', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('totals', models.JSONField(default=list)),
                ('entries', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'printed record',
                'verbose_name_plural': 'printed records',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='activity',
            name='quorum',
            field=models.CharField(blank=True, choices=[('half', 'Half or more (the half is enough)'), ('majority', 'More than half'), ('two_thirds', 'Two thirds or more')], default='', max_length=12, verbose_name='Quorum'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('quorum__in', ['', 'half', 'majority', 'two_thirds'])), name='activity_quorum_known'),
        ),
        migrations.AddField(
            model_name='closedrow',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closed_rows', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='closedrow',
            name='unit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.unit'),
        ),
        migrations.AddField(
            model_name='periodclose',
            name='closed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='periodclose',
            name='requirement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closes', to='courses.requirement'),
        ),
        migrations.AddField(
            model_name='closedrow',
            name='close',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='courses.periodclose'),
        ),
        migrations.AddField(
            model_name='recordpaper',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recordpaper',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_papers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='periodclose',
            constraint=models.UniqueConstraint(fields=('code', 'period'), name='period_closed_once'),
        ),
        migrations.AddConstraint(
            model_name='periodclose',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='closed_in_order'),
        ),
        migrations.AddConstraint(
            model_name='periodclose',
            constraint=models.CheckConstraint(condition=models.Q(('met__lte', models.F('people'))), name='closed_met_of_people'),
        ),
        migrations.AddIndex(
            model_name='closedrow',
            index=models.Index(fields=['close', 'staff_no'], name='closed_row_in_order'),
        ),
        migrations.AddConstraint(
            model_name='closedrow',
            constraint=models.UniqueConstraint(fields=('close', 'member'), name='closed_row_once'),
        ),
        migrations.AddConstraint(
            model_name='recordpaper',
            constraint=models.UniqueConstraint(fields=('member', 'year', 'digest'), name='record_paper_once'),
        ),
        migrations.RunPython(guard, unguard),
    ]
