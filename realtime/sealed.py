"""Calls between web and media: signed, fresh, and each carried out once.

Whoever reads the wire may keep a signed call and send it again. So a call says inside what is
signed when it was sent and which delivery it is; an old one is refused, and one that was carried
out is not carried out again. Both processes share this file.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from typing import Literal

SIGNATURE = "X-LiveClass-Signature"
"""Header with the hex HMAC-SHA256 of the body."""
FRESH_S = 60.0
"""How far the clocks of sender and receiver may be apart, the way included."""
MAX_ID_CHARS = 64
REMEMBERED = 4096
"""Deliveries that are remembered; only who has the secret can fill it."""

Claim = Literal["new", "running", "done", "full"]


def seal(body: bytes, secret: bytes, purpose: bytes = b"") -> str:
    """What ``SIGNATURE`` must say: one ``purpose``'s calls are worth nothing for another."""
    return hmac.new(secret, purpose + body, hashlib.sha256).hexdigest()


def is_sealed(given: str, body: bytes, secret: bytes, purpose: bytes = b"") -> bool:
    """Whether ``given`` is the signature of ``body``, compared in constant time."""
    return hmac.compare_digest(given.encode(), seal(body, secret, purpose).encode())


def is_fresh(sent: float, now: float) -> bool:
    """Whether a call sent at ``sent`` may be believed at ``now`` (unix seconds)."""
    return abs(now - sent) <= FRESH_S


class Deliveries:
    """The ids of calls that run or were carried out, each as long as a copy would be fresh.

    Callable from any thread. A restart forgets them; then the time alone protects.
    """

    def __init__(self, most: int = REMEMBERED, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._until: dict[str, float] = {}
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def claim(self, delivery: str) -> Claim:
        """``new``: carry it out and say ``done`` or ``failed``; any other word: leave it."""
        with self._lock:
            self._forget_old()
            if delivery in self._running:
                return "running"
            if delivery in self._until:
                return "done"
            if len(self._until) >= self._most:
                return "full"
            # A clock that is ahead makes a copy fresh for twice as long.
            self._until[delivery] = self._clock() + 2 * FRESH_S
            self._running.add(delivery)
            return "new"

    def done(self, delivery: str) -> None:
        """It was carried out."""
        with self._lock:
            self._running.discard(delivery)

    def failed(self, delivery: str) -> None:
        """It was not: the sender may try again."""
        with self._lock:
            self._running.discard(delivery)
            self._until.pop(delivery, None)

    def _forget_old(self) -> None:
        """The oldest come first: all are kept equally long."""
        now = self._clock()
        while self._until and self._until[first := next(iter(self._until))] <= now:
            del self._until[first]
