"""SIGKILL of the web process in a chat storm: what was acknowledged is there, once."""

from __future__ import annotations

import asyncio
import contextlib
import uuid

import pytest
from websockets.exceptions import ConnectionClosed

from tests.realtime.classroom import Classroom, Page

pytestmark = [pytest.mark.asyncio, pytest.mark.kill]

WRITERS = 20


async def storm(page: Page, accepted: dict[str, str]) -> None:
    """Say lines until the connection breaks; note each that was accepted."""
    with contextlib.suppress(ConnectionClosed, TimeoutError, OSError):
        while True:
            id, text = str(uuid.uuid4()), str(uuid.uuid4())
            answer = await page.do("chat.post", id, text=text)
            if answer["type"] == "accepted":
                accepted[id] = text
            else:
                await asyncio.sleep(answer["retry_ms"] / 1000)


async def test_every_acknowledged_line_survives_a_kill_exactly_once(
    own_classroom: Classroom,
) -> None:
    room = own_classroom
    accepted: dict[str, str] = {}
    for life in range(3):
        pages = [await room.page(f"m{n}") for n in range(WRITERS)]
        storms = [asyncio.create_task(storm(page, accepted)) for page in pages]
        await asyncio.sleep(1.0 + 0.17 * life)
        room.kill()
        await asyncio.gather(*storms)
        await room.close_pages()
        await asyncio.to_thread(room.start)
    stored = room.rows("SELECT text FROM liveclass_message")
    texts = [text for (text,) in stored]
    assert len(accepted) > WRITERS
    assert len(texts) == len(set(texts))
    assert set(accepted.values()) <= set(texts)
    numbers = [n for (n,) in room.rows("SELECT seq FROM liveclass_roomevent ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_line_without_an_answer_may_be_sent_again_after_the_kill(
    own_classroom: Classroom,
) -> None:
    room = own_classroom
    page = await room.page("ann")
    ids = [await page.command("chat.post", text=f"unsure {n}") for n in range(3)]
    room.kill()
    await page.closed()
    await asyncio.to_thread(room.start)
    back = await room.page("ann")
    answers = [await back.do("chat.post", id, text=f"unsure {n}") for n, id in enumerate(ids)]
    assert {one["type"] for one in answers} == {"accepted"}
    query = "SELECT text, count(*) FROM liveclass_message WHERE text LIKE 'unsure%' GROUP BY text"
    assert sorted(room.rows(query)) == [(f"unsure {n}", 1) for n in range(3)]
    await room.close_pages()
