from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("liveclass", "0016_guests")]

    operations = [
        migrations.AddField(
            model_name="speaker",
            name="muted",
            field=models.CharField(
                choices=[("no", "No"), ("asked", "Muted"), ("held", "Muted until allowed")],
                default="no",
                max_length=5,
            ),
        ),
        migrations.AddConstraint(
            model_name="speaker",
            constraint=models.CheckConstraint(
                condition=models.Q(("muted__in", ["no", "asked", "held"])),
                name="speaker_muted_known",
            ),
        ),
    ]
