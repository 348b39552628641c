"""A thread of whispers as one of its two sides is shown it."""

from __future__ import annotations

from collections.abc import Iterable

from courses.activities.intervals import unix
from liveclass.rooms.people import person
from liveclass.whisper import vault
from liveclass.whisper.models import Whisper, WhisperReport, WhisperThread
from liveclass.whisper.sealing import Unreadable
from members.accounts.models import Member
from realtime.protocol.state import Person, WhisperLetter
from realtime.protocol.state import WhisperThread as Thread
from realtime.protocol.whisper import WhisperHold


def thread_state(
    thread: WhisperThread,
    *,
    handle: str,
    mine: bool,
    unread: int,
    read: bool,
    answered: bool,
    letters: Iterable[tuple[Whisper, str]],
) -> Thread:
    """``thread`` for who began it (``mine``), or for who receives it.

    Of an anonymous sender the recipient is told the unit, if she wanted it told, and nothing else.
    """
    unit, unit_en = ("", "") if mine else _unit(thread)
    report = getattr(thread, "report", None)
    return Thread(
        id=thread.pk,
        handle=handle,
        mine=mine,
        anonymous=thread.sender_id is None,
        other=_other(thread, mine),
        unit=unit,
        unit_en=unit_en,
        unread=unread,
        read=read,
        answered=answered,
        blocked=thread.blocked,
        hold=hold(report, shown=not mine),
        opened_by=openers(report),
        reason=grounds(report) if report is not None and report.opened_at else "",
        changed=unix(thread.changed_at),
        expires_at=unix(thread.expires_at),
        letters=[_letter(one, text, mine) for one, text in letters],
    )


def hold(report: WhisperReport | None, *, shown: bool) -> WhisperHold:
    """How far a report has come. Whose letters they are is told when they were opened, not before:
    a report that comes to nothing is to change nothing between the two."""
    if report is None:
        return "none"
    if report.opened_at:
        return "opened"
    if not shown:
        return "none"
    return "closed" if report.closed_at else "reported"


def openers(report: WhisperReport | None) -> list[Person]:
    """The two persons who opened a thread."""
    if report is None or report.opened_at is None:
        return []
    return [person(one, "member") for one in (report.first, report.second) if one is not None]


def grounds(report: WhisperReport) -> str:
    """Why a thread was opened, in the words of who agreed first."""
    try:
        return vault.open_text(report.grounds or b"", report.thread_id)
    except Unreadable:
        return ""


def _other(thread: WhisperThread, mine: bool) -> Person | None:
    if mine:
        return person(thread.recipient, thread.recipient_role)  # type: ignore[arg-type]  # CHECK
    sender: Member | None = thread.sender
    return person(sender, thread.sender_role) if sender else None  # type: ignore[arg-type]  # CHECK


def _unit(thread: WhisperThread) -> tuple[str, str]:
    if thread.behind is None:
        return "", ""
    try:
        behind = vault.open_behind(thread.behind, thread.tag or "")
    except Unreadable:
        return "", ""
    return behind.unit, behind.unit_en


def _letter(letter: Whisper, text: str, mine: bool) -> WhisperLetter:
    return WhisperLetter(
        id=letter.pk,
        mine=letter.by_sender == mine,
        text=text,
        at=unix(letter.at),
        read_at=unix(letter.read_at) if letter.read_at else None,
        withdrawn=letter.withdrawn,
    )
