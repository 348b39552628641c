"""The thread that keeps what is published. The media loop never waits for it, nor for the disk."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from realtime.sfu.logs import say
from realtime.sfu.recording import mend
from realtime.sfu.recording.feed import Feed, Key
from realtime.sfu.recording.files import FileSink
from realtime.sfu.recording.inbox import Inbox
from realtime.sfu.recording.index import State
from realtime.sfu.recording.live import KEY_EVERY_S as LIVE_KEY_EVERY_S
from realtime.sfu.recording.live import LiveSink, LiveStream
from realtime.sfu.recording.run import Busy, Run
from realtime.sfu.recording.track import KEY_EVERY_S, Track

log = logging.getLogger(__name__)

PACE_S = 0.1
"""How often the thread wakes; a wake-up costs as much as ten packets."""
CLAIM_S = 60.0
"""How long a run that a dead process left waits for web to go on with it."""
CLOSE_S = 3.0
MOST_IDLE = 64
"""Stopped runs whose folders stay ours."""

Told = Callable[[str, int, State], None]


class Recorder:
    """All runs and feeds of one media process. Methods with an underscore run in the thread.

    Args:
        root: folder of recordings, made when something is recorded;
        reserve: bytes of the disk that stay free;
        told: hears (in the thread) of every change of a run: room, run, state.
    """

    def __init__(self, root: Path, reserve: int, told: Told) -> None:
        self.inbox = Inbox()
        self.ahead = time.time() - time.monotonic()
        """How far unix time was ahead of the monotonic clock when we began."""
        self._root = root
        self._reserve = reserve
        self._told = told
        self._runs: dict[str, Run] = {}
        self._feeds: dict[Key, Feed] = {}
        self._refused = 0
        self._live: dict[Key, LiveStream] = {}
        self._left: list[tuple[str, int]] = []
        """Runs of dead processes: room and run."""
        self._left_until = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)

    def now(self) -> float:
        """Unix time that nobody sets while we run: all times in files are by it."""
        return time.monotonic() + self.ahead

    def start(self) -> None:
        """Mend what a dead process left, then record."""
        self._thread.start()

    def close(self) -> None:
        """Close all files; runs stay as they are for the process that comes next."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)

    def join(self, key: Key, kind: str, track: Track) -> None:
        """This track carries a kind of a stream from now on."""
        self.inbox.call(self._join, key, kind, track)

    def drop(self, key: Key) -> None:
        """A stream is tapped no more."""
        self.inbox.call(self._drop, key)

    def watch(self, key: Key, live: LiveStream | None) -> None:
        """Fill the segments of a stream from now on (None: no more)."""
        self.inbox.call(self._watch, key, live)

    def begin(self, room: str, run: int) -> None:
        """Record the room."""
        self.inbox.call(self._begin, room, run)

    def end(self, room: str, state: State, run: int | None = None) -> None:
        """Close the room's run (only this one, if given) in this state."""
        self.inbox.call(self._end, room, state, run)

    def _work(self) -> None:
        self._safely(self._find_left)
        while not self._stopping.wait(PACE_S):
            self._turn()
        self.inbox.drain(_crashed)
        for feed in self._feeds.values():
            self._safely(feed.close)
        for run in self._runs.values():
            if run.state == "recording":
                run.stop("recording", self.now())
        for run in self._runs.values():
            run.release()

    def _turn(self) -> None:
        """Whatever came, then the clocks."""
        self.inbox.drain(_crashed)
        now = self.now()
        for feed in self._feeds.values():
            self._safely(lambda feed=feed: feed.tick(now))  # type: ignore[misc]
        for run in self._runs.values():
            self._safely(lambda run=run: run.tick(now))  # type: ignore[misc]
        if self.inbox.refused > self._refused:
            lost, self._refused = self.inbox.refused - self._refused, self.inbox.refused
            say(log, logging.ERROR, "recording.late", packets_lost=lost)
        if self._left and now > self._left_until:
            self._safely(self._end_left)

    def _safely(self, act: Callable[[], None]) -> None:
        """A mistake of ours in one stream leaves the others alone."""
        try:
            act()
        except Exception:
            _crashed()

    def _join(self, key: Key, kind: str, track: Track) -> None:
        feed = self._feeds.setdefault(key, Feed(key))
        known = feed.tracks.get(kind) is track
        feed.join(kind, track)
        run = self._runs.get(key[0])
        if not known and run is not None and run.state == "recording":
            track.sinks.append(FileSink(run, key[1], kind))
        if not known and key in self._live:
            self._fill(self._live[key], kind, track)

    def _watch(self, key: Key, live: LiveStream | None) -> None:
        feed = self._feeds.get(key)
        tracks = dict(feed.tracks) if feed else {}
        self._live.pop(key, None)
        for track in tracks.values():
            track.sinks = [sink for sink in track.sinks if not isinstance(sink, LiveSink)]
            track.key_every = KEY_EVERY_S
        if live is not None:
            self._live[key] = live
            for kind, track in tracks.items():
                self._fill(live, kind, track)

    def _fill(self, live: LiveStream, kind: str, track: Track) -> None:
        track.sinks.append(live.sinks[kind])
        track.key_every = LIVE_KEY_EVERY_S

    def began(self, key: Key, track: Track) -> None:
        """In the thread: another source feeds the track."""
        if (feed := self._feeds.get(key)) is not None:
            feed.began(track)

    def gone(self, key: Key, track: Track, now: float) -> None:
        """In the thread: the publisher has gone (unix seconds)."""
        if (feed := self._feeds.get(key)) is not None:
            feed.gone(track, now)

    def _drop(self, key: Key) -> None:
        feed = self._feeds.pop(key, None)
        if feed is not None:
            feed.close()

    def _begin(self, room: str, run: int) -> None:
        """Idempotent; another run of the room is ended first."""
        mine = self._runs.get(room)
        if mine is not None and mine.run != run:
            self._end(room, "ended", None)
            mine = None
        try:
            mine = mine or self._opened(room, run)
            if mine.state != "recording" or room not in self._runs:
                mine.begin(self.now())
        except (OSError, Busy) as failure:
            if mine is not None and room not in self._runs:
                mine.release()
            say(log, logging.ERROR, "recording.failed", room=room, run=run, reason=failure)
            return self._told(room, run, "disk_full")
        self._let_go()
        if self._runs.get(room) is not mine:
            self._runs[room] = mine
            mine.failed = lambda: self._told(room, run, "disk_full")
        self._tap_all(mine)
        return self._told(room, run, "recording")

    def _let_go(self) -> None:
        """Stopped runs keep their folder until the class ends; of very many the oldest do not."""
        idle = [room for room, run in self._runs.items() if run.state != "recording"]
        for room in idle[: max(0, len(idle) - MOST_IDLE)]:
            self._runs.pop(room).release()

    def _opened(self, room: str, run: int) -> Run:
        """A new run, or one to go on with; what its last process left open is made whole.

        Raises:
            Busy, OSError.
        """
        opened = Run(self._root, room, run, self._reserve, self.now())
        opened.mend(mend.mended)
        return opened

    def _tap_all(self, run: Run) -> None:
        """Every track of the room that is not yet written is from now on."""
        for (room, stream), feed in self._feeds.items():
            for kind, track in feed.tracks.items() if room == run.room else ():
                if not any(isinstance(sink, FileSink) for sink in track.sinks):
                    track.sinks.append(FileSink(run, stream, kind))

    def _end(self, room: str, state: State, run: int | None) -> None:
        mine = self._runs.get(room)
        if mine is None or run not in (None, mine.run):
            return
        for (of, _), feed in self._feeds.items():
            if of == room:
                feed.settle(self.now())
                _forget_files(feed)
        if mine.state == "recording" or (mine.state == "stopped" and state == "ended"):
            mine.stop(state, self.now())
        if mine.state != "stopped":
            del self._runs[room]
            mine.release()
        self._told(room, mine.run, mine.state)

    def _find_left(self) -> None:
        """Mend at once; end later, for web may want them to go on, here or at another worker."""
        for run in mend.left(self._root, self._reserve):
            self._left.append((run.room, run.run))
            run.release()
        self._left_until = self.now() + CLAIM_S

    def _end_left(self) -> None:
        """Those that nobody went on with."""
        left, self._left = self._left, []
        for room, number in left:
            with contextlib.suppress(Busy, OSError):
                run = Run(self._root, room, number, self._reserve, self.now())
                if run.state == "recording":
                    run.stop("ended", self.now())
                    self._told(room, number, "ended")
                run.release()


def _forget_files(feed: Feed) -> None:
    for track in feed.tracks.values():
        track.sinks = [sink for sink in track.sinks if not isinstance(sink, FileSink)]


def _crashed() -> None:
    log.exception("recorder.crashed")
