"""What the web process hears: signed, in order, again until it listens."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from realtime.sfu.app import App
from realtime.sfu.hooks import QUEUE_EVENTS, Hooks
from realtime.sfu.settings import Settings
from tests.realtime.sfu.peers import SECRET, open_house, until

pytestmark = pytest.mark.asyncio


class Listener:
    """A small web server that believes only what is signed; can be deaf for some requests."""

    def __init__(self) -> None:
        self.events: list[dict[str, object]] = []
        self.deaf = 0
        self.status = 200
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(fields["content-length"]))
        signed = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        status = self.status
        if self.deaf:
            self.deaf -= 1
            status = 503
        elif fields["x-liveclass-signature"] == signed:
            self.events.append(json.loads(body))
        writer.write(
            f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()

    def names(self) -> list[object]:
        return [event["event"] for event in self.events]


@pytest_asyncio.fixture
async def listener() -> AsyncIterator[Listener]:
    ear = Listener()
    server = await asyncio.start_server(ear.serve, "127.0.0.1", 0)
    ear.port = server.sockets[0].getsockname()[1]
    yield ear
    server.close()
    await server.wait_closed()


def url(listener: Listener) -> str:
    return f"http://127.0.0.1:{listener.port}/hooks/media"


async def test_a_session_is_told_from_start_to_end(settings: Settings, listener: Listener):
    house = await open_house(App(dataclasses.replace(settings, hook_url=url(listener))))
    await until(lambda: listener.names() == ["started"])
    publisher = await house.publisher(member=5)
    await until(lambda: len(listener.events) == 2)
    published = listener.events[1]
    assert {k: published[k] for k in ("event", "room", "stream", "member")} == {
        "event": "published", "room": "r1", "stream": "camera", "member": 5,
    }  # fmt: skip
    session = house.engine.sessions[publisher.session.rpartition("/")[2]]
    assert published["session"] == session.alias
    await house.publisher(member=5)
    await until(lambda: len(listener.events) == 3)
    second = await house.publisher(member=5)
    await until(lambda: len(listener.events) == 4)
    await house.end(second)
    await until(lambda: len(listener.events) == 5)
    assert listener.names() == ["started", "published", "published", "published", "ended"]
    times = [float(str(event["at"])) for event in listener.events]
    assert times == sorted(times)
    await house.close()


async def test_events_wait_in_order_until_somebody_listens(listener: Listener):
    listener.deaf = 2
    hooks = Hooks(url(listener), SECRET)
    hooks.start()
    for number in range(5):
        hooks.tell("published", "r1", "camera", number, "s")
    await until(lambda: len(listener.events) == 5)
    assert [event["member"] for event in listener.events] == list(range(5))
    await hooks.close()


async def test_an_event_nobody_takes_is_dropped_after_a_while(listener: Listener):
    listener.deaf = 99
    hooks = Hooks(url(listener), SECRET, give_up=0.1)
    hooks.start()
    hooks.tell("started")
    await asyncio.sleep(0.4)
    listener.deaf = 0
    hooks.tell("ended", "r1", "camera", 1, "s")
    await until(lambda: listener.names() == ["ended"])
    await hooks.close()


async def test_a_refusal_is_not_repeated(listener: Listener):
    listener.status = 403
    hooks = Hooks(url(listener), SECRET)
    hooks.start()
    hooks.tell("started")
    await until(lambda: listener.names() == ["started"])
    await asyncio.sleep(0.4)
    assert listener.names() == ["started"]
    await hooks.close()


async def test_the_queue_is_bounded():
    hooks = Hooks("http://127.0.0.1:9/", SECRET)
    for _ in range(QUEUE_EVENTS + 50):
        hooks.tell("ended")
    await hooks.close()
