"""The ledger of credit hours, what is required, and what a class needs to write its hours."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from courses.credits import guards


def guard(apps, schema_editor):
    """From here on the database refuses to change or delete an entry."""
    guards.install(schema_editor.connection)


def unguard(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0002_session_revision'),
        ('members', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='Number')),
                ('source_kind', models.CharField(choices=[('class', 'Class'), ('lesson', 'Lesson'), ('course', 'Course'), ('exam', 'Test'), ('activity', 'Activity'), ('manual', 'Entered by hand'), ('import', 'Imported')], max_length=20)),
                ('source_id', models.CharField(max_length=64)),
                ('period', models.CharField(blank=True, default='', max_length=32)),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('title', models.CharField(max_length=200, verbose_name='Title')),
                ('value', models.PositiveIntegerField(default=0, verbose_name='Hundredths of a credit hour')),
                ('issued_on', models.DateField(verbose_name='Issued')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='Valid to')),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_for', models.CharField(blank=True, default='', max_length=500, verbose_name='Reason')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ['-issued_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ConversionTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='Version')),
                ('valid_from', models.DateField(verbose_name='In force from')),
                ('rules', models.JSONField(verbose_name='Rules')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'conversion table',
                'verbose_name_plural': 'conversion tables',
                'ordering': ['valid_from', 'version'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=1000, verbose_name='What is wrong')),
                ('state', models.CharField(choices=[('open', 'Waiting'), ('accepted', 'Corrected'), ('refused', 'Refused')], default='open', max_length=10)),
                ('answer', models.CharField(blank=True, default='', max_length=500, verbose_name='Answer')),
                ('decided_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'request for correction',
                'verbose_name_plural': 'requests for correction',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CreditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('source_kind', models.CharField(choices=[('class', 'Class'), ('lesson', 'Lesson'), ('course', 'Course'), ('exam', 'Test'), ('activity', 'Activity'), ('manual', 'Entered by hand'), ('import', 'Imported')], max_length=20)),
                ('source_id', models.CharField(max_length=64)),
                ('segment', models.CharField(blank=True, default='', max_length=32)),
                ('period', models.CharField(blank=True, default='', max_length=32)),
                ('revision', models.SmallIntegerField(default=0)),
                ('title', models.CharField(max_length=200, verbose_name='Item')),
                ('kind', models.CharField(choices=[('theory', 'Theory'), ('professional', 'Professional'), ('safety', 'Safety'), ('practice', 'Practice')], max_length=20, verbose_name='Kind')),
                ('mode', models.CharField(choices=[('live', 'Live online'), ('hall', 'In the hall'), ('replay', 'Replay'), ('live_replay', 'Live and replay'), ('in_person', 'In person'), ('self', 'Self-study'), ('exam', 'Test passed'), ('teaching', 'Teaching'), ('external', 'Outside training')], max_length=20, verbose_name='Mode')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='Minutes')),
                ('value', models.IntegerField(verbose_name='Hundredths of a credit hour')),
                ('conversion', models.CharField(max_length=80, verbose_name='Conversion table')),
                ('earned_at', models.DateTimeField(verbose_name='Earned at')),
                ('earned_on', models.DateField(verbose_name='Date')),
                ('evidence', models.JSONField(default=dict)),
                ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='Reason')),
                ('entered_at', models.DateTimeField()),
                ('number', models.BigIntegerField(editable=False, null=True, unique=True)),
                ('digest', models.CharField(blank=True, default='', editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'credit entry',
                'verbose_name_plural': 'credit entries',
                'ordering': ['earned_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='Code')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='Version')),
                ('title', models.CharField(max_length=120, verbose_name='Title')),
                ('title_en', models.CharField(blank=True, max_length=120, verbose_name='Title (English)')),
                ('source', models.TextField(max_length=2000, verbose_name='Text of the source')),
                ('source_url', models.URLField(blank=True, verbose_name='Address of the source')),
                ('standing', models.CharField(choices=[('verified', 'Verified'), ('secondary', 'From a secondary source'), ('local', 'Local rule'), ('own', 'Own rule'), ('check', 'To be checked')], max_length=12, verbose_name='Status')),
                ('layer', models.CharField(choices=[('national', 'National'), ('province', 'Province'), ('organisation', 'Organisation'), ('group', 'Group'), ('unit', 'Unit')], max_length=14, verbose_name='Layer')),
                ('role', models.CharField(blank=True, choices=[('member', 'Member'), ('leader', 'Leader'), ('secretary', 'Branch secretary'), ('admin', 'Unit admin')], default='', max_length=12, verbose_name='Only these roles')),
                ('span', models.CharField(choices=[('year', 'Calendar year'), ('quarter', 'Quarter'), ('month', 'Month'), ('fixed', 'Fixed dates'), ('since_joining', 'Days after joining')], default='year', max_length=14, verbose_name='Period')),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Days after joining')),
                ('threshold', models.PositiveIntegerField(verbose_name='Hundredths of a credit hour')),
                ('rule', models.JSONField(blank=True, default=dict, verbose_name='Limits')),
                ('valid_from', models.DateField(verbose_name='In force from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='In force to')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'requirement',
                'verbose_name_plural': 'requirements',
                'ordering': ['code', 'version'],
            },
        ),
        migrations.CreateModel(
            name='Tenure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_on', models.DateField(verbose_name='Joined')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='Left')),
            ],
            options={
                'verbose_name': 'tenure',
                'verbose_name_plural': 'tenures',
            },
        ),
        migrations.CreateModel(
            name='ViewLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('what', models.CharField(max_length=20)),
                ('times', models.PositiveIntegerField(default=1)),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'look at a record',
                'verbose_name_plural': 'looks at records',
                'ordering': ['-last_at'],
            },
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, default='', max_length=20, verbose_name='Requirement')),
                ('first', models.DateField(verbose_name='From')),
                ('last', models.DateField(verbose_name='To')),
                ('reason', models.CharField(max_length=500, verbose_name='Reason')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'waiver',
                'verbose_name_plural': 'waivers',
                'ordering': ['first', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='activity',
            name='complete_percent',
            field=models.PositiveSmallIntegerField(default=80, verbose_name='Counts from this share'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='content_from',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='From second'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='content_to',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='To second'),
        ),
        migrations.AddField(
            model_name='segment',
            name='credit_kind',
            field=models.CharField(blank=True, choices=[('theory', 'Theory'), ('professional', 'Professional'), ('safety', 'Safety'), ('practice', 'Practice')], default='', max_length=20, verbose_name='Kind of credit hours'),
        ),
        migrations.AddField(
            model_name='session',
            name='counted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='Counted'),
        ),
        migrations.AddField(
            model_name='session',
            name='held_from',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='Began'),
        ),
        migrations.AddField(
            model_name='session',
            name='held_to',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='Ended'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('counted_at__isnull', True), ('held_to__isnull', False)), fields=['held_to'], name='session_to_be_counted'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('complete_percent__gte', 1), ('complete_percent__lte', 100)), name='activity_complete_percent_in_range'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content_from__isnull', True), ('content_to__isnull', True)), models.Q(('content_to__gt', models.F('content_from')), ('source', 'replay')), _connector='OR'), name='attendance_content_of_replays'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('credit_kind__in', ['', 'theory', 'professional', 'safety', 'practice'])), name='segment_credit_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('held_to__isnull', True), ('held_to__gte', models.F('held_from')), _connector='OR'), name='session_held_in_order'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='certificate',
            name='revoked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='conversiontable',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='correction',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='correction',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='entered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries_written', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='reverses',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='courses.creditentry'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='unit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries', to='members.unit'),
        ),
        migrations.AddField(
            model_name='correction',
            name='entry',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='courses.creditentry'),
        ),
        migrations.AddField(
            model_name='correction',
            name='result',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.creditentry'),
        ),
        migrations.AddField(
            model_name='requirement',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='requirement',
            name='units',
            field=models.ManyToManyField(blank=True, related_name='requirements', to='members.unit', verbose_name='Units and groups'),
        ),
        migrations.AddField(
            model_name='tenure',
            name='member',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='tenure', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='viewlog',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='views_received', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='viewlog',
            name='viewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='views_made', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='waiver',
            name='approved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='waiver',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waivers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('member', 'source_kind', 'source_id', 'period'), name='certificate_once'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on__isnull', True), ('expires_on__gte', models.F('issued_on')), _connector='OR'), name='certificate_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), models.Q(('revoked_for', ''), _negated=True), _connector='OR'), name='certificate_revoked_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='conversiontable',
            constraint=models.UniqueConstraint(fields=('name', 'version'), name='conversion_version_once'),
        ),
        migrations.AddIndex(
            model_name='creditentry',
            index=models.Index(fields=['member', 'earned_on'], name='credit_entry_of_member'),
        ),
        migrations.AddIndex(
            model_name='creditentry',
            index=models.Index(fields=['source_kind', 'source_id'], name='credit_entry_by_source'),
        ),
        migrations.AddIndex(
            model_name='creditentry',
            index=models.Index(condition=models.Q(('number__isnull', True)), fields=['id'], name='credit_entry_unsealed'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', True)), fields=('member', 'source_kind', 'source_id', 'segment', 'period', 'revision'), name='credit_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['theory', 'professional', 'safety', 'practice']), ('mode__in', ['live', 'hall', 'replay', 'live_replay', 'in_person', 'self', 'exam', 'teaching', 'external']), ('source_kind__in', ['class', 'lesson', 'course', 'exam', 'activity', 'manual', 'import'])), name='credit_entry_words_known'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__lte', 1440)), name='credit_entry_within_a_day'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reverses__isnull', True), ('value__gte', 0)), models.Q(('reverses__isnull', False), ('value__lte', 0)), _connector='OR'), name='credit_entry_sign'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('digest', ''), ('number__isnull', True)), models.Q(('number__gte', 1), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='credit_entry_sealed_or_not'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(('reverses__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='credit_entry_reversed_for_a_reason'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(fields=['member', 'state'], name='correction_of_member'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'open')), models.Q(('decided_at__isnull', False), ('state__in', ['accepted', 'refused']), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='correction_decided_with_an_answer'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.UniqueConstraint(fields=('code', 'version'), name='requirement_version_once'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('standing__in', ['verified', 'secondary', 'local', 'own', 'check']), ('layer__in', ['national', 'province', 'organisation', 'group', 'unit']), ('span__in', ['year', 'quarter', 'month', 'fixed', 'since_joining'])), name='requirement_words_known'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='requirement_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('span', 'fixed'), _negated=True), ('valid_to__isnull', False), _connector='OR'), name='requirement_fixed_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('span', 'since_joining'), _negated=True), ('days__gte', 1), _connector='OR'), name='requirement_has_days'),
        ),
        migrations.AddConstraint(
            model_name='tenure',
            constraint=models.CheckConstraint(condition=models.Q(('left_on__isnull', True), ('left_on__gte', models.F('joined_on')), _connector='OR'), name='tenure_in_order'),
        ),
        migrations.AddConstraint(
            model_name='viewlog',
            constraint=models.UniqueConstraint(fields=('subject', 'day', 'viewer', 'what'), name='view_log_per_day'),
        ),
        migrations.AddIndex(
            model_name='waiver',
            index=models.Index(fields=['member', 'first'], name='waiver_of_member'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='waiver_in_order'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='waiver_has_a_reason'),
        ),
        migrations.RunPython(guard, unguard),
    ]
