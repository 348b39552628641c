"""One connection of one person in one room, as the hub knows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from realtime.bus import Audience
from realtime.frames import Frame
from realtime.outbox import Outbox
from realtime.protocol.refusals import RefusalCode
from realtime.protocol.state import Role

HELD = 64
"""Private frames kept for a seat that still waits for its snapshot; the oldest go first."""

End = Callable[[RefusalCode | None], None]


def _nothing() -> None:
    """The refresh of a seat whose connection has not said how to do it."""


def _nobody(code: RefusalCode | None) -> None:
    """The end of a seat whose connection has not said how to end it."""


class Seat:
    """``cursor`` is the durable ``seq`` it has been sent, None until it got its snapshot.

    ``end`` is called with a refusal code when the person is sent out, with None when the server
    stops; ``refresh`` when the seat has missed more than the log can tell.
    """

    __slots__ = (
        "_held", "cursor", "end", "member", "outbox", "refresh", "role", "room", "staff",
    )  # fmt: skip

    def __init__(self, room: str, member: int, staff: bool, outbox: Outbox) -> None:
        self.room = room
        self.member = member
        self.staff = staff
        self.role: Role | None = None
        """What she was when she entered; None before."""
        self.outbox = outbox
        self.cursor: int | None = None
        self.end: End = _nobody
        self.refresh: Callable[[], object] = _nothing
        self._held: deque[Frame] | None = None

    def hears(self, to: Audience) -> bool:
        """Whether something said to ``to`` is for this seat."""
        return to == "all" or (to == "staff") == self.staff

    def tell(self, frame: Frame) -> None:
        """Something private: at once, or behind the snapshot that is still on its way."""
        if self.cursor is not None:
            self.outbox.put(frame)
            return
        if self._held is None:
            self._held = deque(maxlen=HELD)
        self._held.append(frame)

    def release(self, frame: Frame) -> None:
        """The snapshot (or what was missed) is here: send it, then what was held."""
        self.cursor = frame.last
        self.outbox.put(frame)
        held, self._held = self._held, None
        for waiting in held or ():
            self.outbox.put(waiting)
