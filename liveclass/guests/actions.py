"""Making and closing the guest link of a class, and coming in by it."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone

from liveclass.acts.actions import record
from liveclass.acts.models import Kind
from liveclass.guests import queries
from liveclass.rooms.actor import Actor
from liveclass.rooms.aloud import line_aloud
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.log import in_transaction, lock_room
from liveclass.rooms.models import Guest, GuestLink, Phase
from members.accounts.models import Member
from members.units.queries import organisation
from realtime.protocol.refusals import Refusal

AFTER_END = timedelta(hours=1)
"""How long after the planned end a link still opens: classes run over."""
NAME_CHARS = 60


def make_link(actor: Actor, most: int) -> GuestLink:
    """A new link for at most ``most`` guests, until an hour after the planned end; the one before
    opens nothing any more.

    Raises:
        Refusal: ``staff_only``, ``class_ended``; ``guests_off`` where the organisation has none;
            ``malformed`` for a number that cannot be.
    """
    require_staff(actor)
    if not organisation().guests_allowed:
        raise Refusal("guests_off")
    if not 1 <= most <= queries.MOST_GUESTS:
        raise Refusal("malformed")
    with in_transaction():
        room = lock_room(actor.room_id)
        require_not_ended(room)
        planned = room.session.starts_at + timedelta(minutes=room.session.minutes)
        link, _ = GuestLink.objects.update_or_create(
            room=room,
            defaults={
                "nonce": secrets.token_hex(16),
                "most": most,
                "expires_at": max(planned, timezone.now()) + AFTER_END,
                "made_by_id": actor.member,
            },
        )
        record(actor, Kind.LINK_MADE, people=most)
    return link


def close_link(actor: Actor) -> None:
    """The link opens nothing any more; who came by it stays. None to close is no mistake.

    Raises:
        Refusal: ``staff_only``.
    """
    require_staff(actor)
    with in_transaction():
        if GuestLink.objects.filter(room=actor.room_id).delete()[0]:
            record(actor, Kind.LINK_CLOSED)


def come_in(link: GuestLink, name: str) -> Member:
    """Somebody enters her name: from now on she is a guest of the class.

    Raises:
        Refusal: ``guests_off``, ``class_ended``, ``guests_full``; ``guest_link`` when the link was
            closed meanwhile; ``text_empty``, ``text_too_long``, ``word_unwanted`` for the
            name.
    """
    if not organisation().guests_allowed:
        raise Refusal("guests_off")
    name = line_aloud(name, NAME_CHARS)
    with in_transaction():
        room = lock_room(link.room_id)
        if room.state == Phase.ENDED:
            raise Refusal("class_ended")
        if not GuestLink.objects.filter(pk=link.pk, nonce=link.nonce).exists():
            raise Refusal("guest_link")
        all_of_room = Guest.objects.filter(room=room).count()
        if queries.came_by(link) >= link.most or all_of_room >= queries.MOST_GUESTS:
            raise Refusal("guests_full")
        member = Member(
            staff_no=f"GUEST-{secrets.token_hex(6).upper()}",
            name=name,
            is_guest=True,
            is_active=False,
        )
        member.set_unusable_password()
        member.save()
        Guest.objects.create(room=room, member=member, nonce=link.nonce, came_at=timezone.now())
    return member
