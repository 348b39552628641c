"""At what pace members may write: not at all, one of them not, or slowly. Staff always may.

The clock is the server's, and lines that arrive together in one batch are told apart too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max

from liveclass.chat import queries
from liveclass.chat.models import Message
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from realtime.protocol.refusals import Refusal


class Pace:
    """Whether these people may write one more line now; asks nothing where everybody may."""

    def __init__(self, room: Room, actors: Iterable[Actor], now: datetime) -> None:
        members = {one.member for one in actors if not one.is_staff}
        self._room, self._now = room, now
        self._muted = queries.muted(room.pk, members) if members else set()
        self._last = self._newest(members) if room.chat_slow and members else {}

    def _newest(self, members: set[int]) -> dict[int, datetime]:
        since = self._now - timedelta(seconds=self._room.chat_slow)
        rows = Message.objects.filter(room=self._room, author__in=members, at__gt=since)
        return dict(rows.order_by().values_list("author").annotate(Max("at")))

    def may_write(self, actor: Actor) -> None:
        """Raise when ``actor`` may not write anything.

        Raises:
            Refusal: ``chat_muted``, ``chat_closed``.
        """
        if actor.is_staff:
            return
        if actor.member in self._muted:
            raise Refusal("chat_muted")
        if self._room.chat_closed:
            raise Refusal("chat_closed")

    def take(self, actor: Actor) -> None:
        """Raise when ``actor`` may not write a line now; otherwise it is her newest.

        Raises:
            Refusal: ``chat_muted``, ``chat_closed``, ``chat_slow`` with the time to wait.
        """
        self.may_write(actor)
        if actor.is_staff or not self._room.chat_slow:
            return
        last = self._last.get(actor.member)
        if last is not None:
            wait = timedelta(seconds=self._room.chat_slow) - (self._now - last)
            if wait > timedelta(0):
                raise Refusal("chat_slow", math.ceil(wait.total_seconds() * 1000))
        self._last[actor.member] = self._now
