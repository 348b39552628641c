"""Overdue and excused people of the board by day, and workbooks that are made for somebody."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0011_record'),
        ('members', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('working', 'In progress'), ('ready', 'Ready'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('touched_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.unit')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'working', 'ready', 'failed'])), name='export_state_known'), models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'working'])), fields=('owner',), name='export_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='Day')),
                ('own_overdue', models.IntegerField(default=0)),
                ('own_waived', models.IntegerField(default=0)),
                ('overdue', models.IntegerField(default=0, verbose_name='Overdue')),
                ('waived', models.IntegerField(default=0, verbose_name='Waived')),
                ('course', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.course')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.unit')),
            ],
            options={
                'verbose_name': 'turn',
                'verbose_name_plural': 'turns',
                'constraints': [models.UniqueConstraint(fields=('unit', 'course', 'day'), name='turn_of_course_once'), models.UniqueConstraint(condition=models.Q(('course__isnull', True)), fields=('unit', 'day'), name='turn_of_unit_once')],
            },
        ),
    ]
