"""Whispers: private letters between a member and one of those who hold the class.

Their texts go from the page to the server with the commands below, and come back over HTTPS to the
two people alone (``WhisperBox``). The events of a room, which many processes hand on, only say that
something is new.
"""

from typing import Annotated, Literal

import msgspec

from realtime.protocol.base import Command, Event, Person, Uuid

WHISPER_CHARS = 1000
WHISPER_REASON_CHARS = 500

WhisperHold = Literal["none", "reported", "opened", "closed"]


class Whispers(msgspec.Struct, frozen=True, kw_only=True):
    """What one's own whispers come to: letters not read yet, threads, and when one last changed."""

    unread: int
    threads: int
    changed: float


class WhisperLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter. ``read_at``: when the other side has opened it. A withdrawn one has no text."""

    id: int
    mine: bool
    text: str
    at: float
    read_at: float | None
    withdrawn: bool


class WhisperThread(msgspec.Struct, frozen=True, kw_only=True):
    """A thread of letters as one of its two sides sees it.

    ``other`` is None when the other side is anonymous; ``unit`` is what she tells of herself then.
    ``mine``: one began it oneself; ``anonymous``: who began it did so without a name. ``opened_by``
    and ``reason`` tell of a report that two people have followed.
    """

    id: int
    handle: str
    """Its name in an address: another one for each side, so that no log of addresses tells who
    reads which thread."""
    mine: bool
    anonymous: bool
    other: Person | None
    unit: str
    unit_en: str
    unread: int
    read: bool
    """Nothing of who began it waits to be opened."""
    answered: bool
    blocked: bool
    hold: WhisperHold
    opened_by: list[Person]
    reason: str
    changed: float
    expires_at: float
    letters: list[WhisperLetter]
    """Oldest first; only of the thread that was asked for."""


class WhisperBox(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one needs to whisper. ``anonymous``: whether one may hide the own name here, and
    ``unit``: whether the own unit is large enough to be told then."""

    recipients: list[Person]
    anonymous: bool
    unit: bool
    crowd: int
    days: int
    open: bool
    """Whether a new thread may be begun now."""
    threads: list[WhisperThread]
    more: bool
    """There are older threads than these."""


class WhisperSend(Command, frozen=True, tag="whisper.send"):
    """Whisper to somebody who holds the class; joins the thread there is. ``unit``: tell the own
    unit though the name is hidden."""

    id: Uuid
    to: int
    text: str
    anonymous: bool = False
    unit: bool = False


class WhisperAnswer(Command, frozen=True, tag="whisper.answer"):
    """Go on in a thread, from either side."""

    id: Uuid
    thread: int
    text: str


class WhisperRead(Command, frozen=True, tag="whisper.read"):
    """The letters of the other side up to ``letter`` have been opened."""

    id: Uuid
    thread: int
    letter: int


class WhisperWithdraw(Command, frozen=True, tag="whisper.withdraw"):
    """Delete an own letter that was not read yet."""

    id: Uuid
    letter: int


class WhisperDelete(Command, frozen=True, tag="whisper.delete"):
    """Delete a thread for both sides (who began it)."""

    id: Uuid
    thread: int


class WhisperBlock(Command, frozen=True, tag="whisper.block"):
    """Receive nothing more in a thread, or again (who receives it). Unmasks nobody."""

    id: Uuid
    thread: int
    on: bool = True


class WhisperReport(Command, frozen=True, tag="whisper.report"):
    """Ask the two persons of the organisation to look at a thread (who receives it)."""

    id: Uuid
    thread: int
    reason: Annotated[str, msgspec.Meta(max_length=4000)]


class MyWhispers(Event, frozen=True, tag="whisper.mine"):
    """What the own whispers come to now, to all pages of the same person."""

    whispers: Whispers
