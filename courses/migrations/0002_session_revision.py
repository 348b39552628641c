"""Sessions count their revisions, for the SEQUENCE of calendar files (RFC 5545 3.8.7.4)."""

from django.db import migrations, models
from django.utils import timezone


def fill(apps, schema_editor):
    """Files downloaded before carry the seconds since the creation: begin above all of them."""
    Session = apps.get_model("courses", "Session")
    now = timezone.now()
    for session in Session.objects.select_related("activity").iterator():
        session.revision = int((now - session.activity.created_at).total_seconds()) + 1
        session.save(update_fields=["revision"])


class Migration(migrations.Migration):

    dependencies = [
        ("courses", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="revision",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="Revision"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
