"""All sessions of the process by id, and the questions asked about them."""

from __future__ import annotations

from typing import TypeVar

from realtime.sfu.ice_lite import Peer
from realtime.sfu.session import Publisher, Session
from realtime.sfu.stream import Stream

SessionT = TypeVar("SessionT", bound=Session)


class Roster(dict[str, Session]):
    """Sessions in the order in which they were opened."""

    def of(self, stream: Stream, kind: type[SessionT]) -> list[SessionT]:
        """Those of one kind on a stream."""
        return [s for s in self.values() if s.stream is stream and isinstance(s, kind)]

    def count(self, kind: type[Session]) -> int:
        """How many there are of one kind."""
        return sum(isinstance(session, kind) for session in self.values())

    def having(self, peer: Peer) -> list[Session]:
        """Those of a peer."""
        return [session for session in self.values() if session.peer is peer]

    def within(self, room: str, member: int | None) -> list[Session]:
        """Those of ``member`` (None: of everybody) in a room."""
        return [
            session
            for session in self.values()
            if session.stream.room == room and member in (None, session.member)
        ]

    def use(self, stream: Stream) -> bool:
        """Whether anybody publishes or watches ``stream``, or speaks there."""
        return any(stream in session.stream.places for session in self.values())

    def speaking(self, room: str) -> set[str]:
        """The streams of those who speak in a room."""
        own = (s.stream for s in self.values() if isinstance(s, Publisher) and s.stream.stage)
        return {stream.name for stream in own if stream.room == room}
