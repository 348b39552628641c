"""That a class begins later than it was announced, on the wire."""

from realtime.protocol.base import Event


class ClassMoved(Event, frozen=True, tag="class.moved"):
    """The class begins at another time; ``starts_at`` is the new one (unix seconds)."""

    seq: int
    starts_at: float
