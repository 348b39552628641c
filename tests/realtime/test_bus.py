"""The bus inside one process."""

from __future__ import annotations

import asyncio
import threading

import msgspec
import pytest

from realtime.bus import LocalBus, Parcel

pytestmark = pytest.mark.asyncio


def parcel(seq: int) -> Parcel:
    return Parcel(kind="durable", room="r", seq=seq, data=b"{}")


async def test_parcels_of_any_thread_come_in_order() -> None:
    bus, got = LocalBus(), list[int]()
    bus.attach(asyncio.get_running_loop(), lambda one: got.append(one.seq))
    speaker = threading.Thread(target=lambda: [bus.publish(parcel(seq)) for seq in range(100)])
    speaker.start()
    speaker.join()
    bus.publish(parcel(100))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert got == list(range(101))


async def test_without_a_loop_and_after_detach_nothing_happens() -> None:
    bus, got = LocalBus(), list[Parcel]()
    bus.publish(parcel(1))
    bus.attach(asyncio.get_running_loop(), got.append)
    bus.open("r")
    bus.close("r")
    bus.detach()
    bus.publish(parcel(2))
    await asyncio.sleep(0)
    assert (got, bus.down) == ([], False)


async def test_talk_between_processes_stays_away_from_the_hub() -> None:
    bus, got = LocalBus(), list[Parcel]()
    bus.attach(asyncio.get_running_loop(), got.append)
    bus.listen(got.append, lambda room: None)
    bus.publish(Parcel(kind="here", room="r"))
    await asyncio.sleep(0)
    assert got == []


async def test_parcels_can_be_encoded() -> None:
    sent = Parcel(kind="keyed", room="r", key="k", to="staff", data=b"\x00")
    encoded = msgspec.msgpack.encode(sent)
    assert msgspec.msgpack.decode(encoded, type=Parcel) == sent
