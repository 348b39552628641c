"""All streams of a worker by room and name."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

from realtime.sfu.session import Publisher
from realtime.sfu.speakers import Speakers
from realtime.sfu.srtp import Bench
from realtime.sfu.stream import SPEAKERS, Stream, speaker_of

Key = tuple[str, str]
MOST_MUTED = 10_000
"""Speakers who are muted; beyond it the one who has been so for longest is forgotten."""


class Streams(dict[Key, Stream]):
    """Made when somebody publishes.

    Args:
        live: who publishes now; the others as in ``Stream``.
    """

    def __init__(
        self,
        live: Mapping[Key, Publisher],
        sock: socket.socket,
        bench: Bench,
        segmented: bool | None,
        joined: Callable[[Stream], None],
    ) -> None:
        super().__init__()
        self._live = live
        self._sock = sock
        self._bench = bench
        self._segmented = segmented
        self._joined = joined
        self._muted: dict[Key, None] = {}
        """Speakers' streams whose sound nobody gets, whether they are there or not."""
        self._spotlit: dict[str, int] = {}
        """Who is shown of a room's speakers, whoever speaks."""

    def opened(self, key: Key) -> Stream:
        """The stream; a speaker's is heard on the stage of the room."""
        stream = self.get(key)
        if stream is None:
            stream = Stream(*key, self._sock, self._bench, self._segmented, self._joined)
            self[key] = stream
            if speaker_of(key[1]) is not None:
                stream.stage = self._stage(key[0])
                stream.muted = key in self._muted
        return stream

    def mute(self, room: str, member: int, on: bool) -> None:
        """Let nobody hear the speaker ``member`` while ``on``, also when she comes anew."""
        key = (room, f"speaker-{member}")
        self._muted.pop(key, None)
        if on:
            if len(self._muted) >= MOST_MUTED:
                del self._muted[next(iter(self._muted))]
            self._muted[key] = None
        stream = self.get(key)
        if stream is None:
            return
        stream.muted = on
        if on and isinstance(stream.stage, Speakers):
            stream.stage.quiet(member)

    def spotlight(self, room: str, member: int | None) -> None:
        """Show ``member`` of those who speak in ``room``, or again whoever speaks (None)."""
        self._spotlit.pop(room, None)
        if member is not None:
            if len(self._spotlit) >= MOST_MUTED:
                del self._spotlit[next(iter(self._spotlit))]
            self._spotlit[room] = member
        stage = self.get((room, SPEAKERS))
        if isinstance(stage, Speakers):
            stage.floor.pin(member)

    def forget_mutes(self, room: str, member: int | None) -> None:
        """Who speaks no more is no longer muted; None: everybody in ``room``."""
        if member is None or self._spotlit.get(room) == member:
            self.spotlight(room, None)
        for key in [one for one in self._muted if one[0] == room]:
            if member is None or key[1] == f"speaker-{member}":
                del self._muted[key]
                if (stream := self.get(key)) is not None:
                    stream.muted = False

    def watchable(self, key: Key) -> Stream | None:
        """The stream, if there is something to watch now."""
        stream = self.get(key)
        staged = any(stream in live.stream.places for live in self._live.values())
        return stream if key in self._live or (stream is not None and staged) else None

    def _stage(self, room: str) -> Speakers:
        stage = self.get((room, SPEAKERS))
        if isinstance(stage, Speakers):
            return stage
        live = self._live
        made = Speakers(
            room, self._sock, self._bench, self._segmented, lambda name: live.get((room, name))
        )
        made.floor.pin(self._spotlit.get(room))
        self[(room, SPEAKERS)] = made
        return made
