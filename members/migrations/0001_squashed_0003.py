"""Everything of members, as the migrations up to 0003 had made it step by step."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import members.units.colour
import members.units.models


class Migration(migrations.Migration):

    replaces = [('members', '0001_initial'), ('members', '0002_intake'), ('members', '0003_guests')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('name_zh', models.CharField(default='学堂', max_length=60, verbose_name='Name (Chinese)')),
                ('name_en', models.CharField(blank=True, default='LiveClass', max_length=60, verbose_name='Name (English)')),
                ('logo', models.FileField(blank=True, upload_to='logo/', validators=[django.core.validators.FileExtensionValidator(['png', 'webp', 'jpg', 'jpeg'])], verbose_name='Logo')),
                ('theme', models.CharField(default='#0B556B', max_length=7, validators=[members.units.colour.check_theme], verbose_name='Theme colour')),
                ('time_zone', models.CharField(blank=True, default='', max_length=64, validators=[members.units.models._known_time_zone], verbose_name='Time zone')),
                ('guests_allowed', models.BooleanField(default=False, verbose_name='Classes may have guest links')),
                ('help_zh', models.CharField(blank=True, max_length=120, verbose_name='Who helps (Chinese)')),
                ('help_en', models.CharField(blank=True, max_length=120, verbose_name='Who helps (English)')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisation',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='organisation_is_single')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='SignInFailures',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('count', models.PositiveSmallIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'sign-in failures',
                'verbose_name_plural': 'sign-in failures',
                'indexes': [models.Index(fields=['last_at'], name='sign_in_failures_by_time')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('department', 'Department'), ('group', 'Group')], max_length=12, verbose_name='Kind')),
                ('code', models.SlugField(max_length=32, unique=True, verbose_name='Code')),
                ('name_zh', models.CharField(max_length=80, verbose_name='Name (Chinese)')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='Name (English)')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='members.unit')),
                ('order', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'unit',
                'verbose_name_plural': 'units',
                'ordering': ['kind', 'order', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['department', 'group'])), name='unit_kind_known'), models.CheckConstraint(condition=models.Q(('name_en', ''), ('name_zh', ''), _negated=True), name='unit_has_name'), models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='unit_has_code'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='unit_not_own_parent')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('staff_no', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Z0-9][A-Z0-9-]{0,19}\\Z', 'Letters A–Z, digits and hyphens.')], verbose_name='Staff number')),
                ('email', models.EmailField(blank=True, max_length=254, null=True, verbose_name='E-mail')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('name_latin', models.CharField(blank=True, max_length=80, verbose_name='Name in Latin letters')),
                ('department', models.ForeignKey(blank=True, limit_choices_to={'kind': 'department'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='members.unit', verbose_name='Department')),
                ('post', models.CharField(blank=True, max_length=60, verbose_name='Post')),
                ('post_en', models.CharField(blank=True, max_length=60, verbose_name='Post (English)')),
                ('language', models.CharField(blank=True, choices=[('zh-hans', '中文'), ('en', 'English')], default='', max_length=10, verbose_name='Language')),
                ('theme', models.CharField(choices=[('auto', 'Like the device'), ('light', 'Light'), ('dark', 'Dark')], default='auto', max_length=5, verbose_name='Light or dark')),
                ('is_active', models.BooleanField(default=True, verbose_name='May sign in')),
                ('is_staff', models.BooleanField(default=False, verbose_name='Staff of the platform')),
                ('is_platform_admin', models.BooleanField(default=False, verbose_name='Platform admin')),
                ('is_guest', models.BooleanField(default=False, editable=False, verbose_name='Guest of one class')),
                ('joined_at', models.DateTimeField(auto_now_add=True, verbose_name='Account since')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
                'ordering': ['staff_no'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='member_email_once', violation_error_message='Somebody else has this e-mail address.'), models.CheckConstraint(condition=models.Q(('email__isnull', True), models.Q(('email', ''), _negated=True), _connector='OR'), name='member_email_null_not_empty'), models.CheckConstraint(condition=models.Q(models.Q(('staff_no', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='member_has_number_and_name'), models.CheckConstraint(condition=models.Q(('is_guest', False), ('is_active', False), _connector='OR'), name='member_guest_never_signs_in'), models.CheckConstraint(condition=models.Q(('theme__in', ['auto', 'light', 'dark'])), name='member_theme_known'), models.CheckConstraint(condition=models.Q(('language__in', ['', 'zh-hans', 'en'])), name='member_language_known')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='UnitClosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ancestor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='below', to='members.unit')),
                ('descendant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='above', to='members.unit')),
                ('depth', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name': 'unit path',
                'verbose_name_plural': 'unit paths',
                'indexes': [models.Index(fields=['descendant', 'depth'], name='closure_upwards')],
                'constraints': [models.UniqueConstraint(fields=('ancestor', 'descendant'), name='closure_once'), models.CheckConstraint(condition=models.Q(models.Q(('ancestor', models.F('descendant')), ('depth', 0)), models.Q(('depth__gt', 0), models.Q(('ancestor', models.F('descendant')), _negated=True)), _connector='OR'), name='closure_depth_zero_is_self')],
            },
        ),
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('digest', models.CharField(max_length=64)),
                ('language', models.CharField(max_length=10)),
                ('passwords', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('checking', 'Being checked'), ('ready', 'Checked'), ('refused', 'Refused'), ('writing', 'Being written'), ('done', 'All of it is written'), ('failed', 'Not finished')], max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('touched_at', models.DateTimeField()),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('created', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('fault_count', models.PositiveIntegerField(default=0)),
                ('faults', models.JSONField(default=list)),
                ('said', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'verbose_name': 'import of people',
                'verbose_name_plural': 'imports of people',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['checking', 'ready', 'refused', 'writing', 'done', 'failed'])), name='intake_state_known'), models.UniqueConstraint(condition=models.Q(('state__in', ('checking', 'writing'))), fields=('by',), name='intake_one_at_work')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='UnitRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='members.unit')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unit_roles', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('member', 'Member'), ('leader', 'Leader'), ('secretary', 'Branch secretary'), ('admin', 'Unit admin')], max_length=12, verbose_name='Role')),
            ],
            options={
                'verbose_name': 'role in a unit',
                'verbose_name_plural': 'roles in units',
                'constraints': [models.UniqueConstraint(fields=('unit', 'member', 'role'), name='unit_role_once'), models.CheckConstraint(condition=models.Q(('role__in', ['member', 'leader', 'secretary', 'admin'])), name='unit_role_known')],
                'indexes': [],
            },
        ),
    ]
