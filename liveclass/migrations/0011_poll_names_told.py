from django.db import migrations, models


def nobody_was_told(apps, schema_editor):
    """Who has voted so far did so before the page said who would see it."""
    poll = apps.get_model('liveclass', 'Poll')
    poll.objects.exclude(phase='prepared').update(names_told=False)


class Migration(migrations.Migration):

    dependencies = [
        ('liveclass', '0010_edition'),
    ]

    operations = [
        migrations.AddField(
            model_name='poll',
            name='names_told',
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.RunPython(nobody_was_told, migrations.RunPython.noop),
    ]
