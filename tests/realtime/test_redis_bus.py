"""The bus between processes, over a real Redis server."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest
import redis

from realtime import redis_publisher
from realtime.bus import LocalBus, Parcel, make_bus
from realtime.redis_bus import RedisBus, prefix_for
from realtime.redis_link import Link
from realtime.redis_publisher import Publisher, waiting_kinds
from realtime.redis_seam import LOGGER
from tests.realtime.stations import OwnRedis, Station, durable, own_redis, stations, until

pytestmark = [pytest.mark.redis, pytest.mark.filterwarnings("error")]


@pytest.fixture
def server() -> Iterator[OwnRedis]:
    with own_redis() as made:
        yield made


@pytest.fixture
def pair(redis_url: str) -> Iterator[tuple[Station, Station]]:
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    with stations(2, redis_url) as (one, two):
        yield one.open("r"), two.open("r")


def test_parcels_reach_every_process_once_and_in_order(pair: tuple[Station, Station]) -> None:
    one, two = pair
    for seq in range(1, 501):
        one.bus.publish(durable("r", seq))
        two.bus.publish(Parcel(kind="keyed", room="r", key="k", seq=seq, to="staff"))
    assert until(lambda: len(one.got) == len(two.got) == 1000)
    for station in pair:
        for kind in ("durable", "keyed"):
            came = [parcel.seq for parcel in station.got if parcel.kind == kind]
            assert came == list(range(1, 501))
    assert one.bus.published == one.bus.received == 500
    assert (one.doubts, two.doubts, one.bus.dropped) == ([], [], 0)


def test_a_parcel_arrives_as_it_was(pair: tuple[Station, Station]) -> None:
    one, two = pair
    sent = Parcel(
        kind="private",
        room="r",
        data="您好 \n\x00".encode(),
        seq=7,
        key="ü",
        to="members",
        member=9,
    )
    one.bus.publish(sent)
    assert until(lambda: two.got == [sent])


def test_rooms_that_are_not_open_do_not_come(pair: tuple[Station, Station]) -> None:
    one, two = pair
    one.bus.publish(durable("other", 1))
    two.call(lambda: two.bus.close("r"))
    time.sleep(0.1)
    one.bus.publish(durable("r", 1))
    time.sleep(0.3)
    assert two.got == []
    two.here_doubts.clear()
    two.call(lambda: two.bus.open("r"))
    assert until(lambda: two.doubts == ["r"]), "what was said meanwhile must be doubted"
    one.bus.publish(durable("r", 2))
    assert until(lambda: two.seqs() == [2])


def test_what_processes_tell_each_other_goes_to_the_listener_alone(
    pair: tuple[Station, Station],
) -> None:
    one, two = pair
    one.bus.publish(Parcel(kind="here", room="r", data=b"x"))
    assert until(lambda: [parcel.data for parcel in two.here] == [b"x"])
    assert one.here == one.got == two.got == []


def test_a_cut_subscription_loses_nothing(pair: tuple[Station, Station], redis_url: str) -> None:
    one, two = pair
    with redis.Redis.from_url(redis_url) as client:
        for seq in range(1, 401):
            one.bus.publish(durable("r", seq))
            if seq in (100, 200, 300):
                one.bus.flush(2)
                client.client_kill_filter(_type="pubsub")
            time.sleep(0.001)
    assert until(lambda: len(two.seqs()) >= 400)
    assert two.seqs() == list(range(1, 401))
    assert two.doubts == []


def test_a_lost_last_parcel_is_noticed(pair: tuple[Station, Station], redis_url: str) -> None:
    one, two = pair
    one.bus.publish(durable("r", 1))
    assert until(lambda: two.seqs() == [1])
    channel = f"{two.bus._prefix}__group__r"
    layer = two.bus._following._layer
    two.call(lambda: layer.groups.pop(channel))  # the layer is deaf for the room from now on
    one.bus.publish(durable("r", 2))
    assert until(lambda: two.seqs() == [1, 2], 3)
    assert two.bus.repaired == 1
    one.bus.publish(durable("r", 3))
    assert until(lambda: two.seqs() == [1, 2, 3], 3)
    time.sleep(0.3)  # after two misses the room is subscribed anew
    repaired = two.bus.repaired
    one.bus.publish(durable("r", 4))
    assert until(lambda: two.seqs() == [1, 2, 3, 4], 0.5)
    assert two.bus.repaired == repaired
    assert two.doubts == []


def test_lossy_parcels_are_not_delivered_late(pair: tuple[Station, Station]) -> None:
    one, two = pair
    channel = f"{two.bus._prefix}__group__r"
    two.call(lambda: two.bus._following._layer.groups.pop(channel))
    one.bus.publish(Parcel(kind="lossy", room="r", data=b"clap"))
    one.bus.publish(durable("r", 1))
    assert until(lambda: two.seqs() == [1], 4)
    assert [parcel.kind for parcel in two.got] == ["durable"]


def test_when_the_stream_cannot_help_the_room_is_doubted(
    pair: tuple[Station, Station], redis_url: str
) -> None:
    one, two = pair
    one.bus.publish(durable("r", 1))
    assert until(lambda: two.seqs() == [1])
    with redis.Redis.from_url(redis_url) as client:
        client.delete("liveclass0:bus:r:at", "liveclass0:bus:r:log")
        one.bus.publish(durable("r", 2))
        assert until(lambda: two.seqs() == [1, 2])
        assert "r" in two.doubts
        two.doubts.clear()
        client.hincrby("liveclass0:bus:r:at", "n", 5)  # five parcels nobody can find
        one.bus.publish(durable("r", 3))
        assert until(lambda: two.seqs() == [1, 2, 3])
        assert two.doubts == ["r"]


def test_redis_killed_and_back_empty(server: OwnRedis, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    stop = threading.Event()
    sent: list[int] = []
    slowest = 0.0
    with stations(2, server.url) as (one, two):
        one.open("r", "quiet")
        two.open("r", "quiet")

        def speak() -> None:
            nonlocal slowest
            while not stop.is_set():
                began = time.monotonic()
                sent.append(len(sent) + 1)
                one.bus.publish(durable("r", sent[-1]))
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.005)

        speaker = threading.Thread(target=speak)
        speaker.start()
        try:
            assert until(lambda: len(two.got) > 100)
            server.kill()
            assert until(lambda: one.bus.down and two.bus.down, 3)
            time.sleep(2.5)
            own = len(one.got)
            two.doubts.clear()
            server.start()
            back, seen = time.monotonic(), len(two.got)
            assert until(lambda: len(two.got) > seen + 50, 3), "publications did not resume"
            resumed = time.monotonic() - back
            assert until(lambda: {"r", "quiet"} <= set(two.doubts), 3)
            assert until(lambda: not (one.bus.down or two.bus.down), 3)
        finally:
            stop.set()
            speaker.join()
        assert own > len(sent) * 0.5, "local deliveries stopped"
        assert until(lambda: two.seqs()[-1:] == sent[-1:], 3)
        assert until(lambda: one.seqs() == sent, 3)
    came = two.seqs()
    assert came == sorted(set(came)), "out of order or twice"
    assert came == sent, "what waited in the queue is sent when Redis is back"
    assert slowest < 0.2
    assert resumed < 3
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert len([line for line in lines if "is away" in line]) == 2, lines  # one per process
    assert len([line for line in lines if "is back" in line]) == 2, lines
    assert len(lines) == 4, lines


def test_while_redis_is_away_rooms_are_doubted_again_and_again(server: OwnRedis) -> None:
    with stations(1, server.url) as (one,):
        one.open("r")
        server.kill()
        assert until(lambda: one.doubts.count("r") >= 2, 6)
        one.bus.publish(durable("r", 1))
        assert until(lambda: one.seqs() == [1], 0.5)


def test_a_process_may_start_before_redis(server: OwnRedis) -> None:
    server.kill()
    with stations(2, server.url) as (one, two):
        for station in (one, two):
            station.call(lambda station=station: station.bus.open("r"))
        one.bus.publish(durable("r", 1))
        assert until(lambda: one.bus.down, 3)
        server.start()
        assert until(lambda: {"r"} <= set(one.here_doubts) & set(two.here_doubts), 3)
        one.bus.publish(durable("r", 2))
        assert until(lambda: 2 in two.seqs(), 3)


def test_two_shards_and_one_of_them_away(server: OwnRedis, redis_url: str) -> None:
    with stations(2, redis_url, server.url) as (one, two):
        rooms = [f"room{number}" for number in range(12)]
        shards = {room: one.bus._names.shard(room) for room in rooms}
        assert set(shards.values()) == {0, 1}
        one.open(*rooms)
        two.open(*rooms)
        for room in rooms:
            one.bus.publish(durable(room, 1))
        assert until(lambda: len(two.got) == len(rooms))
        server.kill()
        alive = [room for room in rooms if shards[room] == 0]
        began = time.monotonic()
        for room in rooms:
            one.bus.publish(durable(room, 2))
        assert until(lambda: all(two.seqs(room) == [1, 2] for room in alive), 1)
        assert time.monotonic() - began < 1
        assert until(lambda: two.bus.down, 3)
        server.start()
        assert until(lambda: all(two.seqs(room) == [1, 2] for room in rooms), 4)
        dead = [room for room in rooms if shards[room] == 1]
        assert until(lambda: set(dead) <= set(two.doubts), 3)
        assert not set(alive) & set(two.doubts)


def test_a_process_without_a_loop_publishes(pair: tuple[Station, Station], redis_url: str) -> None:
    worker = RedisBus([redis_url])
    for seq in (1, 2, 3):
        worker.publish(durable("r", seq))
    assert worker.flush(2)
    for station in pair:
        assert until(lambda station=station: station.seqs() == [1, 2, 3])
    for publisher in worker._publishers:
        publisher.end()
        publisher.join(2)
    assert not [one for one in threading.enumerate() if one.name == "bus" and not one.is_alive()]


def test_detach_leaves_no_thread_and_attach_serves_again(redis_url: str) -> None:
    threads = threading.active_count()
    with stations(2, redis_url) as (one, two):
        one.open("again")
        two.open("again")
        one.bus.publish(durable("again", 1))
        assert until(lambda: two.seqs("again") == [1])
        two.call(two.bus.detach)
        two.call(lambda: two.bus.attach(two.loop, two._receive, two.doubts.append))
        two.here_doubts.clear()
        two.open("again")
        one.bus.publish(durable("again", 2))
        assert until(lambda: two.seqs("again") == [1, 2])
    assert until(lambda: threading.active_count() <= threads + 2)  # asyncio's pool threads


def test_a_reply_that_was_lost_is_no_second_delivery(
    pair: tuple[Station, Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    publisher = one.bus._publishers[0]
    call, lost = publisher._call, [redis.ConnectionError("reply lost")]

    def once_without_reply(client: object, rooms: object) -> object:
        found = call(client, rooms)  # stored, but the publisher does not learn it
        if lost and not found:
            raise lost.pop()
        return found

    monkeypatch.setattr(publisher, "_call", once_without_reply)
    for seq in (1, 2, 3):
        one.bus.publish(durable("r", seq))
    assert until(lambda: len(two.got) >= 3)
    time.sleep(0.3)
    assert two.seqs() == [1, 2, 3]


class TestQueue:
    @pytest.fixture
    def publisher(self, monkeypatch: pytest.MonkeyPatch) -> Publisher:
        monkeypatch.setattr(redis_publisher, "MOST_PARCELS", 100)
        monkeypatch.setattr(Publisher, "_run", lambda self: None)  # nobody sends
        url = "redis://127.0.0.1:1/0"
        return Publisher(url, "liveclass0", "me", Link(url), lambda room: room)

    def test_what_passes_by_goes_first(self, publisher: Publisher) -> None:
        for number in range(50):
            publisher.put(durable("r", number))
            publisher.put(Parcel(kind="lossy" if number % 2 else "keyed", room=f"k{number % 2}"))
        publisher.put(durable("r", 50))
        assert waiting_kinds(publisher) == {"durable": 51}
        assert publisher.dropped == 50
        assert [one.room for one in publisher._take() if one.parcel is None] == ["k0"]

    def test_then_everything_and_the_rooms_are_doubted(self, publisher: Publisher) -> None:
        for number in range(101):
            publisher.put(durable(f"r{number % 3}", number))
        assert waiting_kinds(publisher) == {"durable": 1}
        assert publisher.dropped == 100
        batch = publisher._take()
        assert {one.room for one in batch if one.parcel is None} == {"r0", "r1", "r2"}

    def test_bytes_are_bounded_too(
        self, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(redis_publisher, "MOST_BYTES", 10_000)
        for number in range(50):
            publisher.put(durable("r", number, b"x" * 1000))
            assert publisher._bytes <= 10_000


def test_an_overflowing_process_makes_the_others_doubt(
    server: OwnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_publisher, "MOST_PARCELS", 50)
    with stations(2, server.url) as (one, two):
        one.open("r")
        two.open("r")
        monkeypatch.setattr(one.bus._publishers[0], "_send", lambda client, batch: batch)
        for seq in range(1, 61):
            one.bus.publish(durable("r", seq))
        monkeypatch.undo()
        assert until(lambda: "r" in two.doubts, 3)
        assert until(lambda: two.seqs()[-1:] == [60], 3)
        assert one.seqs() == list(range(1, 61))
        assert one.bus.dropped >= 50


def test_without_redis_the_bus_is_local() -> None:
    assert isinstance(make_bus([]), LocalBus)
    assert isinstance(make_bus(["redis://127.0.0.1:1/3"]), RedisBus)


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("redis://h:6379/0", "liveclass0"),
        ("redis://h", "liveclass0"),
        ("rediss://:secret@h/12", "liveclass12"),
        ("unix:///run/redis.sock", "liveclass0"),
    ],
)
def test_two_installations_on_one_server_do_not_hear_each_other(url: str, prefix: str) -> None:
    assert prefix_for(url) == prefix


def test_passwords_are_not_logged() -> None:
    assert "secret" not in Link("redis://user:secret@host:7/0").where


def test_the_layer_says_nothing_about_connections(caplog: pytest.LogCaptureFixture) -> None:
    make_bus(["redis://127.0.0.1:1/0"])
    logger = logging.getLogger(LOGGER)
    logger.error("kept")
    assert [record.getMessage() for record in caplog.records] == ["kept"]
