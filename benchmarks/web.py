"""A program for ``hall.py``: the real web process with a door for measuring.

Everything of the product is in place (daphne, tickets, hub, writer). Added, by environment:

BENCH_UNBATCHED  1: no window in which durable events share a frame
BENCH_ANNOUNCE   UDP port on 127.0.0.1; every datagram is announced as a durable event, by
                 ``hub.durable`` and without the database, numbered from BENCH_SEQ + 1
BENCH_EXTRAS     1: pages /bench/slow/<ms>/, /bench/burn/<ms>/ (a query that waits or computes so
                 long on a request thread) and /bench/counts/ (tasks of the loop)
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

import django
import msgspec


class Said(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="chat.posted"):
    """A durable event of the size one asks for."""

    seq: int
    text: str


class Door(asyncio.DatagramProtocol):
    """Announces what comes in."""

    def __init__(self, room: str, seq: int) -> None:
        self._room, self._seq = room, seq

    def datagram_received(self, data: bytes, address: Any) -> None:
        """One line."""
        from realtime.hub import hub

        self._seq += 1
        event: Any = Said(seq=self._seq, text=data.decode())
        hub.durable(self._room, event)


async def open_door(port: int, seq: int) -> None:
    """Listen for lines from now on."""
    from liveclass.rooms.models import Room

    room = await Room.objects.select_related("session").afirst()
    assert room is not None
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(
        lambda: Door(room.session.code, seq), local_addr=("127.0.0.1", port)
    )


def with_door(start: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """The start of the switchboard, and then ours."""

    async def both() -> None:
        await start()
        if port := int(os.environ.get("BENCH_ANNOUNCE", "0")):
            await open_door(port, int(os.environ["BENCH_SEQ"]))

    return both


def run_query(ms: int, *, compute: bool) -> None:
    """One SQLite query that takes ``ms``: it waits as for a disk, or counts."""
    from django.db import connection

    until = time.monotonic() + ms / 1000
    with connection.cursor() as cursor:
        if not compute:
            connection.connection.create_function("pause", 1, time.sleep)
            cursor.execute("SELECT pause(%s)", [ms / 1000])
            return
        while time.monotonic() < until:
            cursor.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
                "SELECT count(*) FROM n"
            )


def add_pages() -> None:
    """The pages of BENCH_EXTRAS."""
    from django.http import HttpRequest, JsonResponse
    from django.urls import path

    from liveclass import urls

    def slow(request: HttpRequest, ms: int) -> JsonResponse:
        run_query(ms, compute=False)
        return JsonResponse({"ms": ms})

    def burn(request: HttpRequest, ms: int) -> JsonResponse:
        run_query(ms, compute=True)
        return JsonResponse({"ms": ms})

    async def counts(request: HttpRequest) -> JsonResponse:
        gc.collect()
        return JsonResponse({"tasks": len(asyncio.all_tasks()), "objects": len(gc.get_objects())})

    urls.urlpatterns += [
        path("bench/slow/<int:ms>/", slow),
        path("bench/burn/<int:ms>/", burn),
        path("bench/counts/", counts),
    ]


def stop_batching() -> None:
    """One durable event per frame, at once. SystemExit when the channel has no such numbers."""
    from realtime import channel

    for name in ("DURABLE_WINDOW", "SHARE"):
        if not hasattr(channel, name):
            raise SystemExit(f"realtime.channel.{name} is gone: tell benchmarks/web.py its name")
        setattr(channel, name, 0.0)


def main() -> None:
    """Until SIGTERM."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "liveclass.settings"
    django.setup()
    if os.environ.get("BENCH_UNBATCHED"):
        stop_batching()
    if os.environ.get("BENCH_EXTRAS"):
        add_pages()
    from liveclass.management.commands.serve import run_web
    from liveclass.switchboard import switchboard

    board: Any = switchboard()
    board.start = with_door(board.start)
    run_web()


if __name__ == "__main__":
    main()
