"""A recalled line remembers in which role it was taken back."""

from django.db import migrations, models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    """Lines recalled before: the author's role for her own, else the role she had in the room."""
    Message = apps.get_model("liveclass", "Message")
    Participation = apps.get_model("liveclass", "Participation")
    in_room = Participation.objects.filter(room=OuterRef("room"), member=OuterRef("recalled_by"))
    of_staff = in_room.exclude(role="member").values("role")[:1]
    Message.objects.filter(recalled_at__isnull=False).update(
        recalled_role=Case(
            When(recalled_by=F("author"), then=F("author_role")),
            default=Coalesce(Subquery(of_staff), Value("assistant")),
        )
    )


class Migration(migrations.Migration):

    dependencies = [
        ("liveclass", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="message",
            name="message_recalled_by_somebody",
        ),
        migrations.AddField(
            model_name="message",
            name="recalled_role",
            field=models.CharField(
                blank=True,
                choices=[("host", "Host"), ("assistant", "Assistant"), ("member", "Member")],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=Q(recalled_at__isnull=True, recalled_by__isnull=True, recalled_role="")
                | Q(
                    recalled_at__isnull=False,
                    recalled_by__isnull=False,
                    recalled_role__in=["host", "assistant", "member"],
                ),
                name="message_recalled_by_somebody",
            ),
        ),
    ]
