"""Announced checks: asked of everybody present, answered once; a miss is made up in the replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from courses.activities.models import Attendance, Source
from courses.activities.presence import actions as presence
from courses.activities.presence import queries as known
from courses.activities.presence.models import Check
from courses.activities.queries import roles_in
from liveclass.attendance.breaks import require_live
from liveclass.attendance.queries import check_state
from liveclass.rooms.actions import announce_attendance, append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.log import in_transaction, lock_room
from liveclass.rooms.models import Room, RoomEvent
from liveclass.rooms.once import once_after_commit
from liveclass.rooms.text import clean_line
from realtime.hub import after_commit, hub
from realtime.protocol.attendance import (
    CHECK_OPTION_CHARS,
    CHECK_OPTIONS_MOST,
    CHECK_QUESTION_CHARS,
    CheckClosed,
    CheckOpened,
    ChecksAnnounced,
    CheckTally,
    MyCheck,
)
from realtime.protocol.refusals import Refusal

GRACE = timedelta(seconds=3)
"""How much later than the deadline an answer may arrive: the way to the server takes time."""

SignsOfLife = Callable[[int, Iterable[int], datetime], dict[int, datetime]]
signs_of_life: list[SignsOfLife] = []
"""What else tells that somebody was there: room, members and until when; set in ``apps.ready``."""


@command
def announce(room: Room, actor: Actor, command_id: str, most: int) -> int:
    """Tell everybody that up to ``most`` checks may come.

    Raises:
        Refusal: ``staff_only``; ``class_ended``.
    """
    require_staff(actor)
    require_not_ended(room)
    presence.announce_checks(room.session_id, actor.member, most, timezone.now())
    return append_event(room, actor, command_id, lambda seq: ChecksAnnounced(seq=seq, most=most))


@command
def ask(
    room: Room, actor: Actor, command_id: str, seconds: int, question: str = "",
    options: Iterable[str] = (), correct: int = 0,
) -> int:  # fmt: skip
    """Ask everybody present; who answers within ``seconds`` was there.

    Raises:
        Refusal: ``staff_only``; ``class_ended``, ``class_not_live``; ``check_unannounced``,
            ``check_limit``, ``check_open``, ``break_running``, ``check_plan``.
    """
    require_staff(actor)
    require_live(room)
    now = timezone.now()
    _require_may_ask(room, now)
    text, texts = _plan(question, list(options), correct)
    check = presence.open_check(
        room.session_id, actor.member, now, seconds, asked=len(_asked(room)),
        question=text, options=texts, correct=correct if text else None,
    )  # fmt: skip
    state = check_state(check)
    seq = append_event(room, actor, command_id, lambda seq: CheckOpened(seq=seq, check=state))
    announce_tally(actor.room, check.pk)  # after it: of a check that is unknown yet nobody counts
    return seq


def _require_may_ask(room: Room, now: datetime) -> None:
    most = known.announced(room.session_id)
    if most == 0:
        raise Refusal("check_unannounced")
    asked = known.checks_of(room.session_id)
    if any(one.settled_at is None for one in asked):
        raise Refusal("check_open")
    if len(asked) >= most:
        raise Refusal("check_limit")
    if presence.running_break(room.session_id, now) is not None:
        raise Refusal("break_running")


def _plan(question: str, options: list[str], correct: int) -> tuple[str, list[str]]:
    if not question.strip():
        if options:
            raise Refusal("check_plan")
        return "", []
    texts = [clean_line(one, CHECK_OPTION_CHARS) for one in options]
    different = len(set(texts)) == len(texts)
    if not different or not 2 <= len(texts) <= CHECK_OPTIONS_MOST or correct >= len(texts):
        raise Refusal("check_plan")
    return clean_line(question, CHECK_QUESTION_CHARS), texts


def _asked(room: Room) -> set[int]:
    """The members (no staff) whose presence runs."""
    running = Attendance.objects.filter(
        session=room.session_id, source=Source.LIVE, ended_at__isnull=True
    )
    roles = roles_in(room.session, running.values_list("member_id", flat=True))
    return {member for member, role in roles.items() if role == "member"}


@command
def answer(room: Room, actor: Actor, command_id: str, check: int, choice: int | None = None) -> int:
    """I am here, or the place of the option. The first answer stands; a second changes nothing.

    Raises:
        Refusal: ``members_only``; ``class_ended``; ``check_unknown``, ``check_late``,
            ``check_plan``: a question was answered without a choice.
    """
    if actor.is_staff:
        raise Refusal("members_only")
    found = Check.objects.filter(session=room.session_id, pk=check).first()
    if found is None:
        raise Refusal("check_unknown")
    if not known.answered_by(found.pk, [actor.member]):
        require_not_ended(room)
        now = timezone.now()
        if found.settled_at is not None or now > found.deadline + GRACE:
            raise Refusal("check_late")
        fits = choice is None if found.correct is None else choice in range(len(found.options))
        if not fits:
            raise Refusal("check_plan")
        presence.answer_check(found, actor.member, choice, min(now, found.deadline))
        announce_tally(actor.room, found.pk)
    mine = MyCheck(check=found.pk)
    after_commit(lambda: hub.private(actor.room, actor.member, mine))
    return 0


def settle_late(code: str, check: int) -> None:
    """The time of a check and its grace are over. One settled meanwhile stays as it is."""
    with in_transaction():
        room_id = Room.objects.filter(session__code=code).values_list("pk", flat=True).get()
        room = lock_room(room_id)
        found = Check.objects.select_for_update().filter(pk=check, settled_at__isnull=True).first()
        if found is None:
            return
        members = set(_members_of(room, found))
        gone = presence.settle_check(found, members, _signs(room, members, found.deadline))
        announce_attendance(room.session_id, code, gone)
        _announce_closed(room, code, found)


def drop_open(room: Room, actor: Actor, at: datetime) -> None:
    """The class ends while a check is asked: nobody has missed it."""
    for found in Check.objects.filter(session=room.session_id, settled_at__isnull=True):
        presence.close_check(found)
        _announce_closed(room, actor.room, found)


def _announce_closed(room: Room, code: str, check: Check) -> None:
    author = Actor(room.pk, code, check.opened_by_id, "host")
    append_event(room, author, None, lambda seq: CheckClosed(seq=seq, check=check.pk))
    announce_tally(code, check.pk)


def _members_of(room: Room, check: Check) -> list[int]:
    """Members (no staff) who were seen when it was asked."""
    rows = Attendance.objects.filter(session=room.session_id, started_at__lte=check.opened_at)
    roles = roles_in(room.session, set(rows.values_list("member_id", flat=True)))
    return [member for member, role in roles.items() if role == "member"]


def _signs(room: Room, members: set[int], until: datetime) -> dict[int, datetime]:
    """When each last did something of her own until then."""
    rows = RoomEvent.objects.filter(room=room, at__lte=until, actor__in=members)
    last = dict(rows.values_list("actor").annotate(last=Max("at")).order_by())
    found: dict[int, datetime] = {one: at for one, at in last.items() if one is not None}
    for signs in signs_of_life:
        for member, at in signs(room.pk, members, until).items():
            found[member] = max(at, found.get(member, at))
    return found


def announce_tally(code: str, check: int) -> None:
    """Tell the staff after the commit how many have answered."""

    def tell() -> None:
        asked = Check.objects.filter(pk=check).values_list("asked", flat=True).get()
        told = CheckTally(check=check, answered=known.answer_count(check), asked=asked)
        hub.keyed(code, "check", told, to="staff")

    once_after_commit(("check", check), tell)
