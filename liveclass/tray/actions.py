"""Changing what waits in the tray. Pages of the room that are open already are told."""

from __future__ import annotations

from liveclass.polls import queries
from liveclass.polls.actions import (
    announce_prepared,
    announce_tray,
    find_locked,
    plan_of,
    require_space,
    store,
    store_options,
)
from liveclass.polls.models import Option, Poll, PollPhase
from liveclass.polls.plans import Plan, checked
from liveclass.rooms.actions import command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.models import Room
from realtime.protocol.refusals import Refusal


@command
def change(room: Room, actor: Actor, command_id: str, poll: int, plan: Plan) -> int:
    """Write a waiting poll anew; its place stays."""
    found = _waiting(room, actor, poll)
    plan = checked(plan)
    for name in (
        "question", "kind", "least", "most", "changeable", "anonymous", "seconds", "explanation",
    ):  # fmt: skip
        setattr(found, name, getattr(plan, name))
    found.save()
    Option.objects.filter(poll=found).delete()
    store_options(found, plan)
    return announce_prepared(actor, found)


@command
def drop(room: Room, actor: Actor, command_id: str, poll: int) -> int:
    """Take a waiting poll out of the tray. Nobody has voted in it: nothing is lost but its text."""
    found = _waiting(room, actor, poll)
    Option.objects.filter(poll=found).delete()
    found.delete()
    announce_tray(room.pk, actor.room)
    return 0


@command
def move(room: Room, actor: Actor, command_id: str, poll: int, by: int) -> int:
    """Move a waiting poll ``by`` places (negative: to the front), as far as there are any."""
    found = _waiting(room, actor, poll)
    order = queries.tray(room.pk)
    at = order.index(found.pk)
    order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
    places = [Poll(pk=pk, place=place) for place, pk in enumerate(order, 1)]
    Poll.objects.bulk_update(places, ["place"])
    announce_tray(room.pk, actor.room)
    return 0


@command
def copy(room: Room, actor: Actor, command_id: str, source: int) -> int:
    """Put copies of the polls of room ``source`` at the end of the tray: each once, whatever became
    of it there and however often it was asked. The caller has seen to it that she may read them."""
    require_staff(actor)
    require_not_ended(room)
    found = Poll.objects.filter(room=source, origin=None).order_by("place", "pk")
    for number, poll in enumerate(found):
        require_space(room)
        copied = store(room, actor, f"{command_id[:30]}.{number}", plan_of(poll))
        announce_prepared(actor, copied)
    announce_tray(room.pk, actor.room)
    return 0


def _waiting(room: Room, actor: Actor, poll: int) -> Poll:
    require_staff(actor)
    require_not_ended(room)
    found = find_locked(room.pk, poll)
    if found.phase != PollPhase.PREPARED:
        raise Refusal("poll_running")
    return found
