"""What the page of the tray reads."""

from __future__ import annotations

from django.db.models import Q

from courses.activities.models import Session
from members.accounts.models import Member

CLASSES_SHOWN = 30
"""Classes from which one may copy; the newest."""


def classes_with_polls(member: Member, but: Session) -> list[Session]:
    """Other classes the member lectures or assists in that have polls, the newest first."""
    mine = Q(activity__lecturer=member) | Q(activity__assistants=member)
    found = Session.objects.filter(mine, room__polls__isnull=False).exclude(pk=but.pk)
    return list(
        found.select_related("activity", "room").distinct().order_by("-starts_at")[:CLASSES_SHOWN]
    )
