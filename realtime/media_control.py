"""What web tells the media process: a class is over, somebody has lost her place in it, or it is
to be recorded (or no more).

A media token is checked once, when a session is opened; the session runs on after the token has
expired. So whoever takes a right away says so here, after the commit: ``expel``, ``hush`` and
``end_room`` end the running sessions and void the tokens that were issued before.

Fire and forget, from any thread: a bounded queue, one thread that delivers in order and repeats
for half a minute. Until ``start`` (in tests and management commands) calls go nowhere. What never
gets through is said in the log; a stream that comes up without a right to it is caught again when
media reports it (``liveclass.rooms.actions.set_stream``).
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from realtime.sealed import SIGNATURE, seal

PATH = "/control/end"
"""Outside of ``/media/``: no proxy leads here."""
PURPOSE = b"control:"
RECORD_PATH = "/control/record"
RECORD_PURPOSE = b"record:"
MUTE_PATH = "/control/mute"
MUTE_PURPOSE = b"mute:"
SPOT_PATH = "/control/spotlight"
SPOT_PURPOSE = b"spotlight:"
TOKEN_SECONDS = 120
"""Life of a media token; by it a call says which tokens are older than itself."""
QUEUE_CALLS = 256
GIVE_UP_S = 30.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 2.0
REQUEST_S = 5.0

logger = logging.getLogger(__name__)


class EndCall(msgspec.Struct, frozen=True, kw_only=True):
    """End the sessions of ``member`` in ``room``, or all of the room's (None); with ``speaking``
    only what she says as a speaker: she goes on watching."""

    id: str
    sent: float
    """Unix seconds of this attempt; ``id`` stays the same when it is repeated."""
    room: str
    member: int | None = None
    speaking: bool = False
    void_until: int
    """Tokens that expire by then (unix seconds) were issued before and are void."""


class RecordCall(msgspec.Struct, frozen=True, kw_only=True):
    """Record ``room`` from now on, or stop."""

    id: str
    sent: float
    room: str
    run: int
    """Unix milliseconds of the start: names the recording, and the same one goes on."""
    on: bool


class MuteCall(msgspec.Struct, frozen=True, kw_only=True):
    """Forward no sound of the speaker ``member`` in ``room`` (``on``), or forward it again."""

    id: str
    sent: float
    room: str
    member: int
    on: bool


class SpotCall(msgspec.Struct, frozen=True, kw_only=True):
    """Of those who speak in ``room`` show ``member``, or (None) whoever speaks."""

    id: str
    sent: float
    room: str
    member: int | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    path: str
    purpose: bytes
    call: EndCall | RecordCall | MuteCall | SpotCall
    deadline: float
    """By the monotonic clock."""


class MediaControl:
    """The line to one media process.

    Args:
        give_up: seconds after which a call that does not get through is lost.
    """

    def __init__(self, give_up: float = GIVE_UP_S) -> None:
        self._give_up = give_up
        self._base = httpx.URL("")
        self._secret = b""
        self._queue: queue.Queue[_Waiting | None] = queue.Queue(QUEUE_CALLS)
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self.trace: Callable[[str, int | None], None] | None = None
        """For tests: called with every room and member, before anything is sent."""
        self.record_trace: Callable[[str, int, bool], None] | None = None
        """For tests: what ``record`` was called with."""

    def start(self, base_url: str, secret: str) -> None:
        """Deliver to the media process at ``base_url`` from now on."""
        if self._thread is not None:
            return
        self._base = httpx.URL(base_url)
        self._secret = secret.encode()
        self._thread = threading.Thread(target=self._deliver, name="media-control", daemon=True)
        self._thread.start()

    def close(self, patience: float = 1.0) -> None:
        """Deliver what waits if that is quickly done, then stop."""
        thread, self._thread = self._thread, None
        if thread is not None:
            with contextlib.suppress(queue.Full):
                self._queue.put_nowait(None)
            thread.join(patience)
            self._stop.set()

    def end_room(self, room: str) -> None:
        """Nothing is sent or watched in ``room`` any more."""
        self._ask(room, None)

    def expel(self, room: str, member: int) -> None:
        """``member`` sends and watches nothing in ``room`` until she comes with a new token."""
        self._ask(room, member)

    def hush(self, room: str, member: int) -> None:
        """``member`` no longer speaks in ``room``; what she watches goes on."""
        self._ask(room, member, speaking=True)

    def mute(self, room: str, member: int, on: bool) -> None:
        """Nobody hears the speaker ``member`` in ``room`` while ``on``; her picture goes on."""
        call = MuteCall(id=uuid.uuid4().hex, sent=time.time(), room=room, member=member, on=on)
        self._put(MUTE_PATH, MUTE_PURPOSE, call)

    def spotlight(self, room: str, member: int | None) -> None:
        """Of those who speak in ``room`` show ``member``, or again whoever speaks (None)."""
        call = SpotCall(id=uuid.uuid4().hex, sent=time.time(), room=room, member=member)
        self._put(SPOT_PATH, SPOT_PURPOSE, call)

    def record(self, room: str, run: int, on: bool) -> None:
        """Begin or go on with recording ``room`` (``on``), or stop. Repeating it does no harm; what
        comes of it media tells by its hook ``recording``.

        Args:
            run: unix milliseconds of the start; the same number goes on with the same recording.
        """
        if self.record_trace is not None:
            self.record_trace(room, run, on)
        call = RecordCall(id=uuid.uuid4().hex, sent=time.time(), room=room, run=run, on=on)
        self._put(RECORD_PATH, RECORD_PURPOSE, call)

    def _ask(self, room: str, member: int | None, speaking: bool = False) -> None:
        if self.trace is not None:
            self.trace(room, member)
        now = time.time()
        void_until = int(now) + TOKEN_SECONDS
        call = EndCall(
            id=uuid.uuid4().hex,
            sent=now,
            room=room,
            member=member,
            speaking=speaking,
            void_until=void_until,
        )
        self._put(PATH, PURPOSE, call)

    def _put(
        self, path: str, purpose: bytes, call: EndCall | RecordCall | MuteCall | SpotCall
    ) -> None:
        if self._thread is not None:
            deadline = time.monotonic() + self._give_up
            try:
                self._queue.put_nowait(_Waiting(path, purpose, call, deadline))
            except queue.Full:
                logger.error("media was not told: too many calls wait")

    def _deliver(self) -> None:
        # trust_env: a proxy of the environment must never see the platform's inner calls
        with httpx.Client(timeout=REQUEST_S, trust_env=False) as client:
            while not self._stop.is_set() and (call := self._queue.get()) is not None:
                try:
                    self._insist(client, call)
                except Exception:
                    logger.exception("media was not told")

    def _insist(self, client: httpx.Client, call: _Waiting) -> None:
        """Repeat until accepted or the call is too old; each is tried once at least."""
        pause = FIRST_PAUSE_S
        while (problem := self._post(client, call)) and not self._stop.is_set():
            if time.monotonic() + pause > call.deadline:
                extra: dict[str, Any] = {"to_room": call.call.room, "reason": problem}
                logger.error("media was not told", extra=extra)
                return
            self._stop.wait(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)

    def _post(self, client: httpx.Client, call: _Waiting) -> str:
        """Deliver once; empty when media knows, else what went wrong."""
        body = msgspec.json.encode(msgspec.structs.replace(call.call, sent=time.time()))
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: seal(body, self._secret, call.purpose),
        }
        url = self._base.copy_with(raw_path=call.path.encode())
        try:
            answer = client.post(url, content=body, headers=headers)
        except httpx.HTTPError as failure:
            return type(failure).__name__
        known = answer.is_success or answer.status_code == httpx.codes.CONFLICT
        return "" if known else f"status {answer.status_code}"


media_control = MediaControl()
"""The line of this web process; ``liveclass.asgi`` starts it."""
end_room = media_control.end_room
expel = media_control.expel
hush = media_control.hush
mute = media_control.mute
spotlight = media_control.spotlight
record = media_control.record
