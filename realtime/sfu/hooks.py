"""Telling the web process who publishes: signed, in order, retried, bounded.

Each event has an id that stays and a send time that every attempt writes anew, both inside of what
is signed: a copy of it is worth nothing (``realtime.sealed``).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
import time
from collections.abc import Callable

import httpx

from realtime.sealed import SIGNATURE, seal
from realtime.sfu.logs import say

log = logging.getLogger(__name__)

QUEUE_EVENTS = 256
GIVE_UP_S = 30.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 4.0
REQUEST_S = 5.0

Event = dict[str, object]


class Hooks:
    """One queue to one address. Events stay in order: each waits for the one before it.

    Args:
        url: where to POST; empty for nowhere.
        secret: key of the signatures; clock: unix time for ``at`` and ``sent``.
        uds: Unix socket behind which ``url`` is; empty for the network.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        clock: Callable[[], float] = time.time,
        give_up: float = GIVE_UP_S,
        uds: str = "",
    ) -> None:
        self._url = url
        self._uds = uds
        self._secret = secret
        self._clock = clock
        self._give_up = give_up
        self._queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE_EVENTS)
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
        **more: object,
    ) -> None:
        """Queue ``started``, ``published``, ``ended`` or ``recording``; lost if the queue is full.

        A receiver that has been away for so long asks for the state anew when it comes back.
        """
        fields = {"room": room, "stream": stream, "member": member, "session": session, **more}
        self.pass_on({"id": secrets.token_hex(12), "event": event, "at": self._clock(), **fields})

    def pass_on(self, told: Event) -> None:
        """Queue an event that somebody else has made, with its id."""
        if not self._url:
            return
        try:
            self._queue.put_nowait(told)
        except asyncio.QueueFull:
            say(log, logging.ERROR, "hook.lost", hook=told["event"], reason="queue full")

    def recording(self, room: str, run: int, state: str) -> None:
        """A run of a room's recording is in another state, or was asked for again."""
        self.tell("recording", room, run=run, state=state)

    async def _deliver(self) -> None:
        # trust_env: a proxy of the environment must never see the platform's inner calls
        way = httpx.AsyncHTTPTransport(uds=self._uds) if self._uds else None
        async with httpx.AsyncClient(timeout=REQUEST_S, trust_env=False, transport=way) as client:
            while True:
                event = await self._queue.get()
                try:
                    await self._insist(client, event)
                finally:
                    self._queue.task_done()

    async def _insist(self, client: httpx.AsyncClient, event: Event) -> None:
        """Repeat until accepted, for at most half a minute."""
        deadline = time.monotonic() + self._give_up
        pause = FIRST_PAUSE_S
        while problem := await self._post(client, event):
            if time.monotonic() + pause > deadline:
                return say(log, logging.ERROR, "hook.lost", reason=problem)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)
        return None

    async def _post(self, client: httpx.AsyncClient, event: Event) -> str:
        """Deliver once; empty when accepted, else what went wrong.

        409: an earlier attempt was accepted and its answer lost. Any other 4xx than 429 will not
        become better by repeating: it counts as answered.
        """
        body = json.dumps({**event, "sent": self._clock()}).encode()
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: seal(body, self._secret),
        }
        try:
            response = await client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as failure:
            return type(failure).__name__
        if response.status_code == httpx.codes.CONFLICT:
            return ""
        if 400 <= response.status_code < 500 and response.status_code != 429:
            say(log, logging.ERROR, "hook.refused", status=response.status_code)
            return ""
        return "" if response.is_success else f"status {response.status_code}"
