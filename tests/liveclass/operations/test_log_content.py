"""What the log says of a class: ids of rooms and members, nothing anybody wrote, no keys."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import logging.config
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liveclass.logs import in_room, logging_config
from tests.realtime.classroom import Classroom

SAID = "peach-orchard-7731"
ASKED = "willow-bridge-2290"
WHISPERED = "heather-lane-8842"
CHOICE = "lantern-harbour-5518"
BROKEN = "gravel-meadow-9043"
NAME = "Ottilie Quennell-4417"


class Talkative(Classroom):
    """A web process that writes everything it can write."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}


@pytest.fixture
def talkative(seeded: Classroom, tmp_path: Path) -> Iterator[Talkative]:
    room = Talkative(tmp_path)
    room.copy_of(seeded)
    room.start()
    try:
        yield room
    finally:
        if room.process is not None:
            room.stop()
        shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.mark.asyncio
async def test_no_content_of_a_class_is_logged(talkative: Talkative) -> None:
    given = [talkative.ticket("ann"), talkative.ticket("host"), talkative.ticket("ann", exp=1)]
    host, ann = await talkative.page("host"), await talkative.page("ann")
    await ann.do("chat.post", text=SAID)
    await ann.do("question.ask", text=ASKED)
    to = talkative.told["people"]["host"]
    await ann.do("whisper.send", to=to, text=WHISPERED)
    await ann.do("whisper.answer", thread=987654, text=WHISPERED)
    await host.do("poll.create", question=ASKED, options=[CHOICE, "no"])
    await ann.do("chat.post", text="\0" + BROKEN)
    await ann.do("chat.recall", message=987654)
    await ann.send({"type": "chat.post", "text": BROKEN})
    await ann.socket.send(f"{{{BROKEN}")
    for ticket in (given[2], BROKEN, given[0][:-4] + "AAAA"):
        page = await talkative.silent_page()
        await page.send({"type": "hello", "ticket": ticket, "version": 1})
        await page.closed()
    named = await talkative.silent_page()
    ticket = talkative.ticket("ann", name=NAME)
    await named.send({"type": "hello", "ticket": ticket, "version": 1})
    await named.wait_for("snapshot")
    for _ in range(7):
        await ann.socket.send(BROKEN)
    await ann.closed()
    await talkative.close_pages()
    await asyncio.to_thread(talkative.stop)
    log = talkative.log
    assert "malformed message" in log, "the process logs nothing: this test would prove nothing"
    secrets = [talkative.told["secret"], *(part for one in [*given, ticket] for part in keys(one))]
    for word in (SAID, ASKED, WHISPERED, CHOICE, BROKEN, NAME, NAME.split()[0], *secrets):
        assert word not in log


def keys(ticket: str) -> list[str]:
    """The two halves of a ticket: neither the payload nor the signature belongs into a log."""
    return ticket.split(".")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Whatever the platform's own logging configuration writes during a test."""
    stream = io.StringIO()
    config: dict[str, Any] = logging_config("DEBUG", "json")
    formatter = logging.config.DictConfigurator(config).configure_formatter(
        dict(config["formatters"]["line"])
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("liveclass.test")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        logger.removeHandler(handler)


async def _connection(room: str, member: int) -> None:
    in_room(room)
    in_room(room, member)
    await asyncio.sleep(0)
    logging.getLogger("liveclass.test").info("something")


@pytest.mark.asyncio
async def test_lines_of_a_connection_name_its_room_and_member(written: io.StringIO) -> None:
    connections = [_connection("abcd", 7), _connection("efgh", 8)]
    await asyncio.gather(*(asyncio.create_task(one) for one in connections))
    logging.getLogger("liveclass.test").info("elsewhere")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(line.get("room"), line.get("member")) for line in lines] == [
        ("abcd", 7), ("efgh", 8), (None, None),
    ]  # fmt: skip


def _fail() -> None:
    try:
        raise ValueError(f"a key is taken\nDETAIL: Failing row contains (1, {SAID}).")
    except ValueError as cause:
        raise RuntimeError("not stored") from cause


def test_of_an_exception_only_places_and_first_lines_are_written(written: io.StringIO) -> None:
    try:
        _fail()
    except RuntimeError:
        logging.getLogger("liveclass.test").exception("failed")
    line = json.loads(written.getvalue())
    assert SAID not in written.getvalue()
    assert "a key is taken" in line["exception"]
    assert line["exception"].endswith("builtins.RuntimeError: not stored")
    assert "in _fail" in line["exception"]
