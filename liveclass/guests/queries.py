"""The guest link of a class, and what it still opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.utils import timezone

from courses.activities.models import Session
from liveclass.classes.names import zone
from liveclass.rooms.models import Guest, GuestLink
from members.units.queries import organisation

MOST_GUESTS = 100
"""Guests one class may have, however many links it had."""
SALT = "liveclass.guests"


@dataclass(frozen=True, slots=True)
class LinkOnPage:
    """The link as the staff see it; without ``token`` there is none yet."""

    token: str = ""
    until: datetime | None = None
    came: int = 0
    most: int = 0
    limit: int = MOST_GUESTS


def came_by(link: GuestLink) -> int:
    """How many guests have come by ``link``."""
    return Guest.objects.filter(room=link.room_id, nonce=link.nonce).count()


def guest_link(session: Session, staff: bool) -> LinkOnPage | None:
    """What the page of a class shows its staff; None where the organisation has no guests."""
    if not staff or not organisation().guests_allowed:
        return None
    link = GuestLink.objects.filter(room=session.room.pk).first()
    if link is None or link.expires_at <= timezone.now():
        return LinkOnPage()
    token = signing.dumps(link.nonce, salt=SALT + session.code)
    until = timezone.localtime(link.expires_at, zone())
    return LinkOnPage(token, until, came_by(link), link.most)


def find_link(session: Session, token: str) -> GuestLink | None:
    """The link ``token`` stands for, while it opens anything; None for every other token."""
    try:
        nonce = signing.loads(token, salt=SALT + session.code)
    except signing.BadSignature:
        return None
    now = timezone.now()
    return GuestLink.objects.filter(
        room=session.room.pk, nonce=str(nonce), expires_at__gt=now
    ).first()
