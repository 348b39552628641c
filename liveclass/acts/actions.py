"""Writing down what the staff of a class did. Called by the features that do it, in their
transaction, so that nothing is done without its line and no line is written for nothing."""

from __future__ import annotations

from django.utils import timezone

from liveclass.acts.models import Act, Kind
from liveclass.rooms.actor import Actor


def record(actor: Actor, kind: Kind, member: int | None = None, people: int | None = None) -> None:
    """``actor`` did this, to ``member`` or to everybody; ``people``: to how many at once."""
    Act.objects.create(
        room_id=actor.room_id,
        at=timezone.now(),
        actor_id=actor.member,
        kind=kind,
        member_id=member,
        people=people,
    )
