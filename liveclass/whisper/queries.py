"""What one person may know of whispers: her own threads, and whom she can whisper to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from courses.activities import queries as activities
from courses.activities.intervals import unix
from courses.activities.models import Session
from liveclass.rooms.doors import require_open
from liveclass.rooms.models import Room
from liveclass.rooms.people import person
from liveclass.whisper import vault
from liveclass.whisper.models import Whisper, WhisperThread
from liveclass.whisper.sealing import Unreadable
from liveclass.whisper.states import thread_state
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import Person, WhisperBox, Whispers

CROWD = 10
"""Nobody is hidden among fewer people: members expected in the class, or of a unit in it."""
THREADS_SHOWN = 100
NOTHING = Whispers(unread=0, threads=0, changed=0.0)


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether a member may hide her name in a class, and tell her unit then."""

    anonymous: bool
    unit: bool


def recipients(session: Session) -> list[Person]:
    """Those who hold a class, the lecturer first: whom one can whisper to."""
    activity = session.activity
    helpers = activity.assistants.filter(is_active=True).exclude(pk=activity.lecturer_id)
    found = [person(activity.lecturer, "host")] if activity.lecturer.is_active else []
    rows = helpers.select_related("department").order_by("staff_no")
    return [*found, *(person(one, "assistant") for one in rows)]


def cover(session: Session, member: Member) -> Cover:
    """What hides ``member`` in the crowd of ``session``."""
    expected = activities.expected(session)
    if not settings.WHISPER_ANONYMITY or not expected.filter(pk=member.pk).exists():
        return Cover(anonymous=False, unit=False)
    of_unit = expected.filter(department=member.department_id).count() if member.department else 0
    return Cover(anonymous=expected.count() >= CROWD, unit=of_unit >= CROWD)


def threads_of(room_id: int, member: int) -> QuerySet[WhisperThread]:
    """The threads of a room with ``member`` on one of their sides, but those whose day has come:
    they are gone, though the worker may still have to delete them."""
    began = Q(sender=member) | Q(tag__in=vault.tags(room_id, member))
    kept = WhisperThread.objects.filter(room=room_id, expires_at__gt=timezone.now())
    return kept.filter(Q(recipient=member) | began)


def own_thread(room_id: int, member: int, thread: int) -> WhisperThread:
    """One of them. Raises Refusal ``whisper_unknown`` for any other."""
    rows = threads_of(room_id, member).select_related("recipient__department", "sender__department")
    found = rows.filter(pk=thread).first()
    if found is None:
        raise Refusal("whisper_unknown")
    return found


def counts(room_id: int, members: Iterable[int]) -> dict[int, Whispers]:
    """What the whispers of each of ``members`` come to; those who have none are absent.

    Two queries, however many ask.
    """
    if not vault.ring():
        return {}
    hidden = {tag: one for one in members for tag in vault.tags(room_id, one)}
    asked = set(hidden.values())
    kept = WhisperThread.objects.filter(room=room_id, expires_at__gt=timezone.now())
    rows = kept.filter(Q(recipient__in=asked) | Q(sender__in=asked) | Q(tag__in=hidden))
    threads = list(rows)
    unread = _unread([one.pk for one in threads]) if threads else {}
    found: dict[int, Whispers] = {}
    for one in threads:
        began = one.sender_id or hidden.get(one.tag or "")
        for member, by_sender in ((one.recipient_id, True), (began, False)):
            if member in asked:
                old = found.get(member, NOTHING)
                found[member] = Whispers(
                    unread=old.unread + unread.get((one.pk, by_sender), 0),
                    threads=old.threads + 1,
                    changed=max(old.changed, unix(one.changed_at)),
                )
    return found


def count(room_id: int, member: int) -> Whispers:
    """What the whispers of one person come to."""
    return counts(room_id, [member]).get(member, NOTHING)


def find_thread(room_id: int, member: int, handle: str) -> int:
    """The thread that ``member`` calls so. Raises Refusal ``whisper_unknown``.

    Her own threads are few, those of a lecturer hundreds; each costs one hash.
    """
    for one in threads_of(room_id, member).values_list("pk", flat=True).iterator():
        if handle in vault.handles(one, member):
            return one
    raise Refusal("whisper_unknown")


def box(room: Room, member: Member, thread: int | None = None) -> WhisperBox:
    """Everything ``member`` needs to whisper in a room, with the letters of one ``thread``.

    Raises:
        Refusal: ``whisper_off``, or ``whisper_unknown`` for a thread that is not hers.
    """
    if not vault.ring():
        raise Refusal("whisper_off")
    session, hidden = room.session, cover(room.session, member)
    rows = threads_of(room.pk, member.pk).select_related(
        "recipient__department",
        "sender__department",
        "report__first__department",
        "report__second__department",
    )
    shown = list(rows[: THREADS_SHOWN + 1])
    if thread is not None and all(one.pk != thread for one in shown):
        shown.insert(0, own_thread(room.pk, member.pk, thread))
    unread = _unread([one.pk for one in shown])
    answered = _answered([one.pk for one in shown])
    return WhisperBox(
        recipients=[one for one in recipients(session) if one.id != member.pk],
        anonymous=hidden.anonymous,
        unit=hidden.unit,
        crowd=CROWD,
        days=settings.WHISPER_DAYS,
        open=_is_open(room),
        threads=[
            thread_state(
                one,
                handle=vault.handles(one.pk, member.pk)[0],
                mine=one.recipient_id != member.pk,
                unread=unread.get((one.pk, one.recipient_id == member.pk), 0),
                read=not unread.get((one.pk, True), 0),
                answered=one.pk in answered,
                letters=letters(one) if one.pk == thread else [],
            )
            for one in shown[: THREADS_SHOWN + (thread is not None)]
        ],
        more=len(shown) > THREADS_SHOWN,
    )


def letters(thread: WhisperThread) -> list[tuple[Whisper, str]]:
    """The letters of a thread with their texts, oldest first; "" for what no secret opens."""
    return [(one, _text(one)) for one in thread.letters.order_by("pk")]


def has_sender(thread: WhisperThread, member: int) -> bool:
    """Whether ``member`` began the thread."""
    if thread.sender_id is not None:
        return thread.sender_id == member
    return thread.tag in vault.tags(thread.room_id, member)


def sender_of(thread: WhisperThread) -> int | None:
    """Who began a thread, to be told of it; None when no secret here opens her name.

    For telling her, never for showing her to anybody: that is ``reports.open_report``.
    """
    if thread.sender_id is not None:
        return thread.sender_id
    try:
        return vault.open_behind(thread.behind or b"", thread.tag or "").member
    except Unreadable:
        return None


def _text(letter: Whisper) -> str:
    if letter.withdrawn:
        return ""
    try:
        return vault.open_text(letter.sealed, letter.thread_id)
    except Unreadable:
        return ""


def _unread(threads: list[int]) -> dict[tuple[int, bool], int]:
    """Per thread and side: letters by that side which the other has not opened."""
    rows = Whisper.objects.filter(thread__in=threads, read_at__isnull=True, withdrawn=False)
    found = rows.values_list("thread", "by_sender").annotate(n=Count("pk")).order_by()
    return {(thread, by_sender): n for thread, by_sender, n in found}


def _answered(threads: list[int]) -> set[int]:
    rows = Whisper.objects.filter(thread__in=threads, by_sender=False, withdrawn=False)
    return set(rows.values_list("thread", flat=True))


def _is_open(room: Room) -> bool:
    try:
        require_open(room, room.session.starts_at, timezone.now())
    except Refusal:
        return False
    return True
