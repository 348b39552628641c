"""The page of lines: who may see it, and that 500 viewers are a page and not a flood."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.test import Client

from liveclass import metrics
from liveclass.reception import relays, views
from liveclass.reception.queries import SHOWN, report
from realtime import media_stats
from realtime.media_stats import Arrival, MediaStats, PublisherStats, UpStats, ViewerStats
from tests.liveclass.world import World


def arrival(loss: float = 0.0, rtt: float | None = 20.0, repaired: int = 0) -> Arrival:
    return Arrival(
        kind="video", bitrate=500_000, loss=loss, lost=0, jitter_ms=3.0, rtt_ms=rtt,
        nacks=0, repaired=repaired, plis=0, dropped=0,
    )  # fmt: skip


def viewer(member: int, stream: str = "camera", address: str = "", **how: Any) -> ViewerStats:
    return ViewerStats(
        room="r", stream=stream, member=member, seconds=60, address=address, tracks=[arrival(**how)]
    )


def publisher(member: int, stream: str = "camera", **how: Any) -> PublisherStats:
    track = UpStats(
        kind="video", codec="VP8", packets=9, octets=9000, lost=1, jitter_ms=1.0, given_up=0,
        width=640, height=360, fps=15.0,
    )  # fmt: skip
    fields = {"room": "r", "seconds": 61.0, "tracks": [track], **how}
    return PublisherStats(stream=stream, member=member, **fields)


def test_the_worst_come_first_and_everybody_counts_once(world: World) -> None:
    ann, bob = world.ann.member, world.bob.member
    lines = [viewer(ann), viewer(ann, "screen", loss=0.2, repaired=4), viewer(bob, rtt=600.0)]
    told = report(MediaStats(publishers=[publisher(world.host.member)], viewers=lines))
    assert told["counts"] == {"good": 0, "fair": 1, "poor": 1}
    assert [(one["name"], one["grade"]) for one in told["viewers"]] == [
        ("ann", "poor"), ("bob", "fair"),
    ]  # fmt: skip
    first = told["viewers"][0]
    assert (first["loss"], first["repaired"], first["sessions"]) == (0.2, 4, 2)
    assert [one["name"] for one in told["publishers"]] == ["host"]


def test_a_full_class_is_a_page(world: World, django_assert_max_num_queries: Any) -> None:
    lines = [viewer(10_000 + n, loss=0.3 if n % 100 == 0 else 0.0) for n in range(500)]
    with django_assert_max_num_queries(2):
        told = report(MediaStats(publishers=[], viewers=lines))
    assert (told["total"], len(told["viewers"])) == (500, SHOWN)
    assert told["counts"] == {"good": 495, "fair": 0, "poor": 5}
    assert [one["grade"] for one in told["viewers"][:6]] == ["poor"] * 5 + ["good"]


def test_a_device_check_is_nobodys_business(world: World) -> None:
    probe = MediaStats(publishers=[publisher(1, "probe-1")], viewers=[viewer(1, "probe-1")])
    told = report(probe)
    assert (told["publishers"], told["total"]) == ([], 0)


def test_streams_of_several_workers_are_one(world: World) -> None:
    here = publisher(world.host.member, watching=2)
    there = publisher(world.host.member, watching=3, relayed=True)
    told = report(MediaStats(publishers=[there, here], viewers=[]))
    assert [one["watching"] for one in told["publishers"]] == [5]


@pytest.mark.parametrize(
    ("url", "address", "relayed"),
    [
        ("turn:192.0.2.7:3478?transport=udp", "192.0.2.7", True),
        ("turns:[2001:db8::7]:443", "2001:db8::7", True),
        ("turn:localhost", "127.0.0.1", True),
        ("turn:192.0.2.7", "192.0.2.8", False),
        ("turn:192.0.2.7", "", None),
    ],
)
def test_a_relay_is_known_by_its_address(
    settings: Any, url: str, address: str, relayed: bool | None
) -> None:
    settings.TURN_URLS = [url]
    assert relays.is_relay(address) is relayed


def test_only_host_and_assistants_are_told(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def tell(code: str) -> MediaStats | None:
        asked.append(code)
        return MediaStats(publishers=[], viewers=[viewer(world.ann.member)])

    monkeypatch.setattr(views, "_ask", tell)
    path = f"/classes/{world.code}/media/figures/"
    assert client.get(path).status_code == 401
    codes = {}
    for name, person in world.people.items():
        client.force_login(person)
        codes[name] = client.get(path).status_code
        assert client.get(f"/classes/{world.code}/media/").status_code == codes[name]
    assert codes == {
        "host": 200, "assistant": 200, "admin": 200, "ann": 403, "bob": 403, "stranger": 403,
    }  # fmt: skip
    assert asked == [world.code] * 3
    client.force_login(world.people["host"])
    answer = client.get(path)
    assert answer.json()["viewers"][0]["name"] == "ann"
    assert "no-store" in answer["Cache-Control"]
    assert client.post(path).status_code == 405


def test_without_media_it_says_so(world: World, client: Client, settings: Any) -> None:
    settings.MEDIA_URL_INTERNAL = "http://127.0.0.1:9"
    client.force_login(world.people["host"])
    answer = client.get(f"/classes/{world.code}/media/figures/")
    assert (answer.status_code, answer.json()["code"]) == (503, "media_away")


def test_figures_for_those_who_watch_over_it_name_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [viewer(n, loss=0.2 if n < 3 else 0.0) for n in range(500)]

    async def ask(*_: Any, **__: Any) -> MediaStats:
        return MediaStats(publishers=[publisher(1)], viewers=lines)

    monkeypatch.setattr(media_stats, "ask", ask)
    families = asyncio.run(metrics._lines())
    samples = [sample for family in families for sample in family.samples]
    assert {(one.name, *one.labels.values()): one.value for one in samples} == {
        ("liveclass_media_viewers_by_grade", "good"): 497,
        ("liveclass_media_viewers_by_grade", "fair"): 0,
        ("liveclass_media_viewers_by_grade", "poor"): 3,
        ("liveclass_media_publish_lost",): 1,
    }
