"""The lecturer's line is told to her room: when it changes, not when a moment was bad."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from realtime.hub import Hub
from realtime.media_stats import MediaStats, PublisherStats, UpStats
from realtime.protocol.events import StageQuality
from realtime.protocol.state import StreamQuality
from realtime.stage_watch import BETTER, WORSE, StageWatch
from tests.realtime.pages import Screen

pytestmark = pytest.mark.asyncio


class Media:
    """A published camera whose counters the test moves."""

    def __init__(self) -> None:
        self.counts = {"audio": [0, 0], "video": [0, 0]}
        self.watching = 1
        self.live = True
        self.asked = 0

    def pass_time(self, loss: float = 0.0, audio: bool = True, video: bool = True) -> None:
        for kind, on in (("audio", audio), ("video", video)):
            self.counts[kind][0] += int(250 * (1 - loss)) if on else 0
            self.counts[kind][1] += int(250 * loss) if on else 0

    async def ask(self) -> MediaStats | None:
        self.asked += 1
        tracks = [
            UpStats(
                kind=kind, codec="x", packets=packets, octets=0, lost=lost, jitter_ms=0, given_up=0
            )
            for kind, (packets, lost) in self.counts.items()
        ]
        one = PublisherStats(
            room="r", stream="camera", member=1, seconds=9, watching=self.watching, tracks=tracks
        )
        return MediaStats(publishers=[one] if self.live else [], viewers=[])


class Stand:
    """A room with one page in it."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.screen = Screen(self.hub, "r", 2)
        self.media = Media()
        self.watch = StageWatch(self.hub, self.media.ask)

    async def after(self, rounds: int = 1, **how: Any) -> list[StreamQuality]:
        """What the room was told last."""
        for _ in range(rounds):
            self.media.pass_time(**how)
            await self.watch.round()
        return self.told[-1].lines if self.told else []

    @property
    def told(self) -> list[StageQuality]:
        values = self.hub.channel("r").keyed._values
        return [
            msgspec.json.decode(value.data, type=StageQuality)
            for (key, _), value in values.items()
            if key == "quality"
        ]


@pytest_asyncio.fixture
async def stand() -> AsyncIterator[Stand]:
    made = Stand()
    yield made
    made.hub.detach()


async def test_a_bad_moment_is_not_told_and_a_bad_line_is(stand: Stand):
    assert (await stand.after(3))[0].grade == "good"
    assert (await stand.after(WORSE - 1, loss=0.2))[0].grade == "good"
    assert (await stand.after(2))[0].grade == "good"
    assert (await stand.after(WORSE, loss=0.2))[0].grade == "poor"
    assert (await stand.after(BETTER - 1))[0].grade == "poor"
    assert (await stand.after(1))[0].grade == "good"


async def test_a_silent_sound_or_picture_is_told_at_once(stand: Stand):
    await stand.after(2)
    [line] = await stand.after(1, audio=False)
    assert (line.audio, line.video, line.watched) == (False, True, True)
    stand.media.watching = 0
    [line] = await stand.after(1, video=False)
    assert (line.audio, line.video, line.watched) == (True, False, False)


async def test_what_does_not_change_is_not_told_again(stand: Stand, monkeypatch: Any):
    sent: list[bytes] = []
    channel = stand.hub.channel("r")
    monkeypatch.setattr(channel, "add_keyed", lambda key, to, data: sent.append(data))
    await stand.after(20)
    assert len(sent) == 1
    await stand.after(WORSE + 20, loss=0.2)
    assert len(sent) == 2, "newcomers find a bad line in their snapshot"
    [line] = stand.watch.lines("r")
    assert line.grade == "poor"
    assert stand.watch.told("r") == sent[-1]


async def test_a_publisher_who_comes_back_begins_anew(stand: Stand):
    await stand.after(2 + WORSE, loss=0.2)
    stand.media.counts = {"audio": [0, 0], "video": [0, 0]}
    assert await stand.after(1) == []
    assert (await stand.after(1))[0].grade == "good"
    stand.media.live = False
    assert await stand.after(1) == []


async def test_nobody_is_asked_while_nobody_is_here(stand: Stand):
    stand.hub.leave(stand.screen.seat)
    await stand.after(3)
    assert stand.media.asked == 0
