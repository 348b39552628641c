"""Whose line to the room broke while picture and sound still reach her: she goes on attending.

A proxy that restarts cuts every WebSocket and no datagram. The media process knows who still
receives: a viewer proves it every few seconds by her checks for consent (RFC 7675). Whoever does
is present until her last proof, as if her page had said so; her page's return ends it, and so
does silence. Presence only ever goes on this way, it never begins.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from liveclass.rooms.actor import Actor
from realtime.media_stats import MediaStats

SILENT_S = 12.0
"""Seconds without a proof after which she is gone: browsers check every five or less."""
LONGEST = timedelta(minutes=10)
"""So long somebody may attend without a page; then she has to come back."""
MOST = 500
"""Members of one process who are followed; who comes beyond them has left."""

Key = tuple[str, int]
logger = logging.getLogger(__name__)


@dataclass
class Heard:
    """A member without a page: when it broke, and when she last proved that she receives."""

    actor: Actor
    since: datetime
    until: datetime


class Lingering:
    """The members of this process whose pages are gone and who still receive.

    Args:
        ask: the media process about a room (code); None when it does not tell.
    """

    def __init__(self, ask: Callable[[str], Awaitable[MediaStats | None]]) -> None:
        self._ask = ask
        self._heard: dict[Key, Heard] = {}

    def __len__(self) -> int:
        return len(self._heard)

    async def stay(self, room: str, gone: Collection[Actor]) -> set[int]:
        """Which of ``gone``, whose pages broke just now, still receive; they are followed."""
        now = timezone.now()
        proofs = await self._proofs(room, {one.member for one in gone})
        staying: set[int] = set()
        for actor in gone:
            if actor.member in proofs and len(self._heard) < MOST:
                self._heard[room, actor.member] = Heard(actor, now, now)
                staying.add(actor.member)
        return staying

    def back(self, room: str, member: int) -> None:
        """Her page is there again and speaks for itself."""
        self._heard.pop((room, member), None)

    def rooms(self) -> list[str]:
        """Codes of the rooms in which somebody is followed."""
        return sorted({room for room, _ in self._heard})

    async def look(self, room: str) -> tuple[list[Heard], list[Heard]]:
        """Ask again: who receives still, and who did until when and is not followed any more."""
        ours = {key: one for key, one in self._heard.items() if key[0] == room}
        proofs = await self._proofs(room, {member for _, member in ours})
        stay, left = [], []
        for key, one in ours.items():
            if self._heard.get(key) is not one:
                continue  # she came back while we asked
            proof = proofs.get(key[1])
            if proof is not None:
                one.until = max(one.until, min(proof, one.since + LONGEST))
            if proof is None or proof > one.since + LONGEST:
                del self._heard[key]
                left.append(one)
            else:
                stay.append(one)
        return stay, left

    def everybody(self) -> list[Heard]:
        """Whoever is followed, and is no more: the process ends."""
        found = list(self._heard.values())
        self._heard.clear()
        return found

    async def _proofs(self, room: str, members: set[int]) -> dict[int, datetime]:
        """Member -> last moment at which she proved that she receives; the silent are left out."""
        told = await self._ask(room) if members else None
        found: dict[int, datetime] = {}
        now = timezone.now()
        for viewer in told.viewers if told is not None else ():
            if viewer.member in members and viewer.silent <= SILENT_S:
                proof = now - timedelta(seconds=viewer.silent)
                found[viewer.member] = max(proof, found.get(viewer.member, proof))
        return found
