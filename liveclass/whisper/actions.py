"""Whispering, answering, having read, taking back, deleting, receiving no more.

No durable event is written: a room's log is replayed, and nothing of a whisper is ever in a replay.
The two sides are told that something is new; they fetch it themselves (``queries.box``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.utils import timezone

from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_open
from liveclass.rooms.log import in_transaction, lock_room
from liveclass.rooms.models import Guest, Room
from liveclass.rooms.text import clean_text
from liveclass.whisper import queries, vault
from liveclass.whisper.keeping import expire
from liveclass.whisper.models import Whisper, WhisperThread
from members.accounts.models import Member
from realtime.hub import after_commit, hub
from realtime.protocol.refusals import Refusal
from realtime.protocol.whisper import WHISPER_CHARS, MyWhispers

LETTERS_PER_THREAD = 200
UNANSWERED = 20
"""Letters in a row that nobody answered: then it is the other side's turn."""

P = ParamSpec("P")


def whispering(
    action: Callable[Concatenate[Room, Actor, str, P], None],
) -> Callable[Concatenate[Actor, str, P], int]:
    """Give ``action`` the locked room, where there is whispering; it causes no numbered event."""

    @functools.wraps(action)
    def run(actor: Actor, command_id: str, /, *args: P.args, **kwargs: P.kwargs) -> int:
        with in_transaction():
            room = lock_room(actor.room_id)
            if not vault.ring():
                raise Refusal("whisper_off")
            action(room, actor, command_id, *args, **kwargs)
        return 0

    return run


@whispering
def send(
    room: Room,
    actor: Actor,
    command_id: str,
    to: int,
    text: str,
    anonymous: bool = False,
    unit: bool = False,
) -> None:
    """Whisper to somebody who holds the class, in the thread there is or in a new one."""
    if _was_sent(actor, command_id):
        return
    if Guest.objects.filter(room=room, member=actor.member).exists():
        raise Refusal("guest_whisper")  # nobody answers for what a name without a person says
    now = timezone.now()
    require_open(room, room.session.starts_at, now)
    text = clean_text(text, WHISPER_CHARS)
    roles = {one.id: one.role for one in queries.recipients(room.session)}
    if to not in roles or to == actor.member:
        raise Refusal("whisper_recipient")
    expire(room.pk)  # what is due is deleted, not taken up again
    fresh = WhisperThread(
        room=room, recipient_id=to, recipient_role=roles[to], sender_role=actor.role
    )
    thread = _hidden(fresh, actor, unit) if anonymous else _named(fresh, actor)
    _write(thread, True, command_id, text, now)


@whispering
def answer(room: Room, actor: Actor, command_id: str, thread: int, text: str) -> None:
    """Go on in a thread, from either side; also after the class."""
    if _was_sent(actor, command_id):
        return
    found = queries.own_thread(room.pk, actor.member, thread)
    text = clean_text(text, WHISPER_CHARS)
    _write(found, _began(found, actor), command_id, text, timezone.now())


@whispering
def read(room: Room, actor: Actor, command_id: str, thread: int, letter: int) -> None:
    """The letters of the other side up to ``letter`` have been opened."""
    found = queries.own_thread(room.pk, actor.member, thread)
    theirs = found.letters.filter(by_sender=not _began(found, actor), pk__lte=letter)
    now = timezone.now()
    if theirs.filter(read_at__isnull=True, withdrawn=False).update(read_at=now):
        _change(found, now)


@whispering
def withdraw(room: Room, actor: Actor, command_id: str, letter: int) -> None:
    """Delete the text of an own letter that was not read yet."""
    rows = Whisper.objects.filter(thread__in=queries.threads_of(room.pk, actor.member))
    found = rows.select_related("thread").filter(pk=letter).first()
    if found is None or found.by_sender != _began(found.thread, actor):
        raise Refusal("whisper_unknown")
    if found.read_at is not None:
        raise Refusal("whisper_read")
    _refuse_held(found.thread)
    found.sealed, found.withdrawn = b"", True
    found.save(update_fields=["sealed", "withdrawn"])
    _change(found.thread, timezone.now())


@whispering
def delete(room: Room, actor: Actor, command_id: str, thread: int) -> None:
    """Delete a thread for both sides. Of one that is not received any more the row stays, without
    letters, until its day: else a new thread would undo what the recipient wished."""
    found = queries.threads_of(room.pk, actor.member).filter(pk=thread).first()
    if found is None:
        return  # it is gone already
    if not _began(found, actor):
        raise Refusal("whisper_unknown")
    _refuse_held(found)
    _announce(room.pk, actor.room, (found.recipient_id, actor.member))
    if found.blocked:
        found.letters.all().delete()
    else:
        found.delete()


@whispering
def block(room: Room, actor: Actor, command_id: str, thread: int, on: bool = True) -> None:
    """Receive nothing more in a thread, or again; who is behind it stays hidden."""
    found = queries.own_thread(room.pk, actor.member, thread)
    if found.recipient_id != actor.member:
        raise Refusal("whisper_unknown")
    if found.blocked != on:
        found.blocked = on
        found.save(update_fields=["blocked"])
        _change(found, timezone.now())


def change(thread: WhisperThread, now: datetime) -> None:
    """Something of ``thread`` is new: both sides are told after the commit."""
    _change(thread, now)


# ---- within


def _was_sent(actor: Actor, command_id: str) -> bool:
    """The command has brought its letter already."""
    own = queries.threads_of(actor.room_id, actor.member)
    for one in Whisper.objects.filter(thread__in=own, client_id=command_id).select_related(
        "thread"
    ):
        if one.by_sender == _began(one.thread, actor):
            return True
    return False


def _began(thread: WhisperThread, actor: Actor) -> bool:
    return thread.recipient_id != actor.member


def _named(fresh: WhisperThread, actor: Actor) -> WhisperThread:
    same = WhisperThread.objects.filter(
        room=fresh.room_id, recipient=fresh.recipient_id, sender=actor.member
    )
    fresh.sender_id = actor.member
    return same.first() or fresh


def _hidden(fresh: WhisperThread, actor: Actor, unit: bool) -> WhisperThread:
    """The anonymous thread there is, or ``fresh`` with its sender sealed.

    What she tells of her unit is what she told at first: the recipient knows it already.
    """
    room, member = fresh.room, Member.objects.select_related("department").get(pk=actor.member)
    hidden = queries.cover(room.session, member)
    if actor.role != "member" or not hidden.anonymous or (unit and not hidden.unit):
        raise Refusal("whisper_anonymity")
    same = WhisperThread.objects.filter(
        room=room, recipient=fresh.recipient_id, tag__in=vault.tags(room.pk, actor.member)
    )
    if (found := same.first()) is not None:
        return found
    told = member.department if unit else None
    behind = vault.Behind(
        actor.member, told.name("zh") if told else "", told.name("en") if told else ""
    )
    fresh.tag = vault.tag(room.pk, actor.member)
    fresh.behind = vault.seal_behind(behind, fresh.tag)
    return fresh


def _write(
    thread: WhisperThread, by_sender: bool, command_id: str, text: str, now: datetime
) -> None:
    if thread.blocked and by_sender:
        raise Refusal("whisper_blocked")
    if thread.pk is not None:
        _refuse_flood(thread, by_sender)
    _keep(thread, now)
    Whisper.objects.create(
        thread=thread,
        by_sender=by_sender,
        sealed=vault.seal_text(text, thread.pk),
        client_id=command_id,
        at=now,
    )
    _tell_both(thread)


def _refuse_flood(thread: WhisperThread, by_sender: bool) -> None:
    if thread.letters.count() >= LETTERS_PER_THREAD:
        raise Refusal("whisper_limit")
    last = thread.letters.order_by("-pk").values_list("by_sender", flat=True)[:UNANSWERED]
    if list(last) == [by_sender] * UNANSWERED:
        raise Refusal("whisper_limit")


def _refuse_held(thread: WhisperThread) -> None:
    """What was reported is kept, until somebody has decided that it need not be."""
    report = getattr(thread, "report", None)
    if report is not None and report.closed_at is None:
        raise Refusal("whisper_held")


def _keep(thread: WhisperThread, now: datetime) -> None:
    thread.changed_at = now
    thread.expires_at = now + timedelta(days=settings.WHISPER_DAYS)
    thread.save()


def _change(thread: WhisperThread, now: datetime) -> None:
    thread.changed_at = now
    thread.save(update_fields=["changed_at"])
    _tell_both(thread)


def _tell_both(thread: WhisperThread) -> None:
    sides = (thread.recipient_id, queries.sender_of(thread))
    _announce(thread.room_id, thread.room.session.code, [one for one in sides if one is not None])


def _announce(room_id: int, code: str, members: Iterable[int]) -> None:
    both = sorted(set(members))

    def tell() -> None:
        own = queries.counts(room_id, both)
        for member in both:
            hub.private(code, member, MyWhispers(whispers=own.get(member, queries.NOTHING)))

    after_commit(tell)
