"""Telling the web process who publishes: signed, in order, retried, bounded."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable

import httpx

from realtime.sfu.logs import say

log = logging.getLogger(__name__)

QUEUE_EVENTS = 256
GIVE_UP_S = 30.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 4.0
REQUEST_S = 5.0
SIGNATURE_HEADER = "X-LiveClass-Signature"


def signature(body: bytes, secret: bytes) -> str:
    """Hex HMAC-SHA256 of the body: what the receiver compares before it believes anything."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


class Hooks:
    """One queue to one address. Events stay in order: each waits for the one before it.

    Args:
        url: where to POST; empty for nowhere.
        secret: key of the signatures; clock: unix time for ``at``.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        clock: Callable[[], float] = time.time,
        give_up: float = GIVE_UP_S,
    ) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._give_up = give_up
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_EVENTS)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Deliver in the background."""
        if self._url:
            self._task = asyncio.get_running_loop().create_task(self._deliver())

    async def close(self, patience: float = 0.3) -> None:
        """Give queued events a last short chance, then stop."""
        if self._task is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), patience)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def tell(
        self,
        event: str,
        room: str | None = None,
        stream: str | None = None,
        member: int | None = None,
        session: str | None = None,
    ) -> None:
        """Queue ``started``, ``published`` or ``ended``; when the queue is full the event is lost.

        A receiver that has been away for so long asks for the state anew when it comes back.
        """
        if not self._url:
            return
        fields = {"room": room, "stream": stream, "member": member, "session": session}
        body = json.dumps({"event": event, **fields, "at": self._clock()}).encode()
        try:
            self._queue.put_nowait(body)
        except asyncio.QueueFull:
            say(log, logging.ERROR, "hook.lost", hook=event, reason="queue full")

    async def _deliver(self) -> None:
        # trust_env: a proxy of the environment must never see the platform's inner calls
        async with httpx.AsyncClient(timeout=REQUEST_S, trust_env=False) as client:
            while True:
                body = await self._queue.get()
                try:
                    await self._insist(client, body)
                finally:
                    self._queue.task_done()

    async def _insist(self, client: httpx.AsyncClient, body: bytes) -> None:
        """Repeat until accepted, for at most half a minute."""
        deadline = time.monotonic() + self._give_up
        pause = FIRST_PAUSE_S
        while problem := await self._post(client, body):
            if time.monotonic() + pause > deadline:
                return say(log, logging.ERROR, "hook.lost", reason=problem)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)
        return None

    async def _post(self, client: httpx.AsyncClient, body: bytes) -> str:
        """Deliver once; empty when accepted, else what went wrong.

        A 4xx other than 429 will not become better by repeating: it counts as answered.
        """
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: signature(body, self._secret),
        }
        try:
            response = await client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as failure:
            return type(failure).__name__
        if 400 <= response.status_code < 500 and response.status_code != 429:
            say(log, logging.ERROR, "hook.refused", status=response.status_code)
            return ""
        return "" if response.is_success else f"status {response.status_code}"
