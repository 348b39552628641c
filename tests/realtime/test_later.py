"""Recounts: the first at once, the rest a few times a second, none forgotten."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from realtime import later
from realtime.later import Later, Work
from realtime.protocol.refusals import Refusal
from tests.realtime.pages import settle


class Aside:
    """A reader that can be busy."""

    def __init__(self) -> None:
        self.busy = 0
        self.done = 0

    async def run(self, work: Work) -> object:
        await asyncio.sleep(0)
        if self.busy:
            self.busy -= 1
            raise Refusal("busy")
        self.done += 1
        return work()


@pytest.fixture
def aside() -> Aside:
    return Aside()


@pytest_asyncio.fixture
async def recounts(aside: Aside, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Later]:
    monkeypatch.setattr(later, "EVERY", 0.05)
    made = Later()
    made.attach(asyncio.get_running_loop(), aside.run)
    yield made
    made.detach()
    await settle()


def test_without_a_loop_it_is_done_where_it_is_asked_for() -> None:
    told: list[int] = []
    Later().do("tally", lambda: told.append(1))
    assert told == [1]


@pytest.mark.asyncio
async def test_the_first_is_done_at_once_and_the_newest_of_the_rest_later(recounts: Later) -> None:
    told: list[int] = []
    for number in range(100):
        recounts.do("tally", lambda number=number: told.append(number))
    await settle(0.01)
    assert told == [0]
    await settle(0.08)
    assert told == [0, 99]
    await settle(0.1)
    assert told == [0, 99]
    recounts.do("tally", lambda: told.append(100))
    await settle(0.01)
    assert told[-1] == 100


@pytest.mark.asyncio
async def test_a_busy_reader_is_asked_again(recounts: Later, aside: Aside) -> None:
    told: list[int] = []
    aside.busy = 2
    recounts.do("tally", lambda: told.append(1))
    await settle(0.2)
    assert told == [1]


@pytest.mark.asyncio
async def test_a_recount_that_fails_does_not_stop_the_next(recounts: Later) -> None:
    told: list[int] = []

    def fail() -> None:
        raise ValueError

    recounts.do("tally", fail)
    await settle(0.08)
    recounts.do("tally", lambda: told.append(1))
    await settle(0.02)
    assert told == [1]


@pytest.mark.asyncio
async def test_many_threads_may_ask(recounts: Later, aside: Aside) -> None:
    told: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: [recounts.do("tally", lambda: told.append(1)) for _ in range(200)]
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    await asyncio.to_thread(lambda: [thread.join() for thread in threads])
    await settle(0.12)
    assert 1 <= aside.done <= 6
    assert len(told) == aside.done
