"""Threads of whispers as a page shows them: names, times and states in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from courses.activities.intervals import moment
from liveclass.classes.names import language, zone
from realtime.protocol.state import Person, WhisperLetter, WhisperThread

STATES: dict[str, str | Promise] = {
    "replied": gettext_lazy("Replied"),
    "read": gettext_lazy("Read"),
    "sent": gettext_lazy("Delivered"),
}
ROLES: dict[str, str | Promise] = {
    "host": gettext_lazy("Lecturer"),
    "assistant": gettext_lazy("Assistant"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter."""

    id: int
    mine: bool
    who: str
    text: str
    at: datetime
    read_at: datetime | None
    withdrawn: bool

    @property
    def may_withdraw(self) -> bool:
        """Whether its author may still take it back."""
        return self.mine and self.read_at is None and not self.withdrawn


@dataclass(frozen=True, slots=True)
class Sheet:
    """One thread, in the list or open."""

    thread: WhisperThread
    name: str
    about: str
    """Role of the recipient, or unit of the sender."""
    state: str
    changed: datetime
    expires: datetime
    letters: list[Letter]
    openers: str


def sheet(thread: WhisperThread) -> Sheet:
    """``thread`` for the page of one of its sides."""
    name = _name(thread.other)
    state = "replied" if thread.answered else "read" if thread.read else "sent"
    return Sheet(
        thread=thread,
        name=name,
        about=_about(thread),
        state=str(STATES[state]),
        changed=_local(thread.changed),
        expires=_local(thread.expires_at),
        letters=[_letter(one, thread, name) for one in thread.letters],
        openers=pgettext("between two names", " and ").join(map(person_name, thread.opened_by)),
    )


def person_name(person: Person) -> str:
    """A person's name in the reader's language."""
    return person.latin if language() == "en" and person.latin else person.name


def _name(person: Person | None) -> str:
    return person_name(person) if person else _("Anonymous member")


def _about(thread: WhisperThread) -> str:
    english = language() == "en"
    if thread.other is None:
        return thread.unit_en if english else thread.unit
    if thread.mine:
        return str(ROLES.get(thread.other.role, ""))
    return thread.other.unit_en if english else thread.other.unit


def _letter(letter: WhisperLetter, thread: WhisperThread, name: str) -> Letter:
    hidden = thread.anonymous and thread.mine
    me = _("You, as an anonymous member") if hidden else _("You")
    return Letter(
        id=letter.id,
        mine=letter.mine,
        who=me if letter.mine else name,
        text=letter.text,
        at=_local(letter.at),
        read_at=_local(letter.read_at) if letter.read_at else None,
        withdrawn=letter.withdrawn,
    )


def _local(at: float) -> datetime:
    return moment(at).astimezone(zone())
