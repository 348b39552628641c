"""Hours per person and unit, transfers, answers to checkpoints, progress of closing (axes)."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from courses.credits.closing import guards


def keep_answers(apps, schema_editor):
    """Of answers given before, the newest is known: when it was, and whether it was right."""
    answer = apps.get_model("courses", "CheckpointAnswer")
    rows = apps.get_model("courses", "Reached").objects.filter(tries__gte=1).order_by("pk")
    answer.objects.bulk_create(
        (answer(reached_id=one.pk, number=one.tries, right=one.right, at=one.at)
         for one in rows.iterator()),
        batch_size=500,
    )


def guard_again(apps, schema_editor):
    """SQLite builds a table anew when a column is added: its triggers are gone then."""
    guards.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0012_board'),
        ('members', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckpointAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('said', models.CharField(blank=True, max_length=500, verbose_name='Answer')),
                ('right', models.BooleanField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'answer to a checkpoint',
                'verbose_name_plural': 'answers to checkpoints',
                'ordering': ['reached', 'number'],
            },
        ),
        migrations.CreateModel(
            name='HoursColumn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('period', models.CharField(blank=True, max_length=32, verbose_name='Period')),
                ('first', models.DateField(null=True)),
                ('last', models.DateField(null=True)),
                ('walked', models.BigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'column of hours',
                'verbose_name_plural': 'columns of hours',
                'ordering': ['code', 'first', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HoursCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked', models.PositiveIntegerField(default=0)),
                ('met', models.PositiveIntegerField(default=0, verbose_name='Met')),
                ('behind', models.PositiveIntegerField(default=0, verbose_name='Behind')),
                ('waived', models.PositiveIntegerField(default=0, verbose_name='Waived')),
            ],
            options={
                'verbose_name': 'counter of hours',
                'verbose_name_plural': 'counters of hours',
            },
        ),
        migrations.CreateModel(
            name='HoursMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'mark of hours',
                'verbose_name_plural': 'marks of hours',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='HoursStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('met', 'Met'), ('open', 'Not met yet'), ('waived', 'Waived')], max_length=6)),
                ('required', models.PositiveIntegerField(verbose_name='Required')),
                ('counted', models.PositiveIntegerField(verbose_name='Counted')),
                ('behind_from', models.DateField(null=True)),
                ('is_behind', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'standing in hours',
                'verbose_name_plural': 'standings in hours',
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='export',
            name='as_at',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='export',
            name='year',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='periodclose',
            name='cursor',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='periodclose',
            name='looked_at',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='periodclose',
            name='total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='periodclose',
            name='touched_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='creditentry',
            index=models.Index(condition=models.Q(('reverses__isnull', False)), fields=['reverses'], name='credit_entry_reversal'),
        ),
        migrations.AddField(
            model_name='checkpointanswer',
            name='reached',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='courses.reached'),
        ),
        migrations.AddField(
            model_name='hourscolumn',
            name='requirement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.requirement'),
        ),
        migrations.AddField(
            model_name='hourscounter',
            name='column',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counters', to='courses.hourscolumn'),
        ),
        migrations.AddField(
            model_name='hourscounter',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.unit'),
        ),
        migrations.AddField(
            model_name='hoursmark',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hoursstanding',
            name='column',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='courses.hourscolumn'),
        ),
        migrations.AddField(
            model_name='hoursstanding',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hoursstanding',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.unit'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='after',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.unit'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='before',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.unit'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='checkpointanswer',
            constraint=models.UniqueConstraint(fields=('reached', 'number'), name='checkpoint_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='checkpointanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('right', True)), fields=('reached',), name='checkpoint_right_once'),
        ),
        migrations.AddConstraint(
            model_name='checkpointanswer',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='checkpoint_answer_counted'),
        ),
        migrations.AddConstraint(
            model_name='hourscolumn',
            constraint=models.UniqueConstraint(fields=('code', 'period'), name='hours_column_once'),
        ),
        migrations.AddConstraint(
            model_name='hourscolumn',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first__isnull', True), ('last__isnull', True)), ('last__gte', models.F('first')), _connector='OR'), name='hours_column_in_order'),
        ),
        migrations.AddConstraint(
            model_name='hourscounter',
            constraint=models.UniqueConstraint(fields=('unit', 'column'), name='hours_counter_once'),
        ),
        migrations.AddConstraint(
            model_name='hourscounter',
            constraint=models.CheckConstraint(condition=models.Q(('asked__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('met'), '+', models.F('behind')), '+', models.F('waived')))), name='hours_counter_of_asked'),
        ),
        migrations.AddIndex(
            model_name='hoursstanding',
            index=models.Index(fields=['column', 'unit', 'state'], name='hours_standing_of_unit'),
        ),
        migrations.AddIndex(
            model_name='hoursstanding',
            index=models.Index(condition=models.Q(('is_behind', False), ('state', 'open')), fields=['behind_from'], name='hours_standing_to_turn'),
        ),
        migrations.AddConstraint(
            model_name='hoursstanding',
            constraint=models.UniqueConstraint(fields=('column', 'member'), name='hours_standing_once'),
        ),
        migrations.AddConstraint(
            model_name='hoursstanding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('behind_from__isnull', False), ('state', 'open')), models.Q(('behind_from__isnull', True), ('is_behind', False), ('state__in', ['met', 'waived'])), _connector='OR'), name='hours_standing_open_may_fall_behind'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['at', 'member'], name='transfer_since'),
        ),
        migrations.RunPython(keep_answers, migrations.RunPython.noop),
        migrations.RunPython(guard_again, guard_again),
    ]
