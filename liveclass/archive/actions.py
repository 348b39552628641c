"""Taking the chat of a class out of LiveClass: written down before the first line leaves."""

from __future__ import annotations

from django.db import transaction

from liveclass.acts.actions import record
from liveclass.acts.models import Kind
from liveclass.rooms.actor import Actor
from liveclass.rooms.queries import admit
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal


def take_out(code: str, member: Member) -> Actor:
    """``member`` as she takes the chat of class ``code`` with her.

    Raises:
        Room.DoesNotExist: there is no such class.
        Refusal: she does not hold the class.
    """
    actor = admit(code, member)
    if not actor.is_staff:
        raise Refusal("staff_only")
    with transaction.atomic():
        record(actor, Kind.CHAT_EXPORTED)
    return actor
