"""Two workers serve one room: every packet reaches both, and one may die."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from realtime import media_control, media_stats
from realtime.sealed import SIGNATURE, seal
from realtime.sfu import rtcp
from tests.realtime.sfu.fleet import Fleet, open_fleet
from tests.realtime.sfu.layers import LayeredPublisher, marks
from tests.realtime.sfu.peers import SECRET, VP8_DELTA, RawViewer, token, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet() -> AsyncIterator[Fleet]:
    opened = await open_fleet()
    yield opened
    await opened.close()


def room() -> str:
    return f"r{uuid.uuid4().hex[:8]}"


def is_gapless(viewer: RawViewer, in_order: bool = True) -> bool:
    numbers = [packet.sequence_number for packet in viewer.packets]
    numbers = numbers if in_order else sorted(numbers)
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def both_sides(fleet: Fleet, code: str) -> list[RawViewer]:
    """Viewers on different workers, by number of the worker."""
    found: dict[int, RawViewer] = {}
    while len(found) < 2:  # what ended in other rooms is counted once a second only
        viewer = await fleet.viewer(code)
        found.setdefault(fleet.worker_of(viewer), viewer)
        assert len(fleet.peers) < 200
    return [found[0], found[1]]


async def grows(viewer: RawViewer, within: float = 10) -> None:
    before = len(viewer.packets)
    await until(lambda: len(viewer.packets) > before + 3, within)


async def test_viewers_of_both_workers_see_every_packet_and_the_same_clock(fleet: Fleet):
    code = room()
    lecturer = await fleet.lecturer(code)
    pair = await both_sides(fleet, code)
    for viewer in pair:
        await grows(viewer)
    await lecturer.send(
        rtcp.sender_report(rtcp.SenderReport(lecturer.ssrc["video"], 5 << 32, 90_000, 9, 99))
    )
    for viewer in pair:
        await until(lambda v=viewer: [m for m in v.control if isinstance(m, rtcp.SenderReport)], 10)
        assert is_gapless(viewer)
    told = [m for v in pair for m in v.control if isinstance(m, rtcp.SenderReport)]
    assert {report.ntp for report in told} == {5 << 32}


async def test_a_viewer_far_from_the_publisher_gets_repairs_and_keyframes(fleet: Fleet):
    code = room()
    lecturer = await fleet.lecturer(code)
    far = next(
        v for v in await both_sides(fleet, code) if fleet.worker_of(v) != fleet.worker_of(lecturer)
    )
    await grows(far)
    lost = far.packets[-1].sequence_number + 5
    far.loss.sequences.append(lost)
    await until(lambda: far.packets[-1].sequence_number > lost, 10)
    assert lost not in far.sequences(120)
    await far.ask_again(lost)
    await until(lambda: lost in far.sequences(120), 10)
    before = sum(isinstance(one, rtcp.KeyframeRequest) for one in lecturer.control)
    await far.ask_keyframe()
    await until(
        lambda: sum(isinstance(m, rtcp.KeyframeRequest) for m in lecturer.control) > before, 10
    )


async def test_what_the_publisher_lost_is_asked_of_her_and_reaches_both_workers(fleet: Fleet):
    code = room()
    lecturer = await fleet.lecturer(code)
    pair = await both_sides(fleet, code)
    for viewer in pair:
        await grows(viewer)
    gap = lecturer.next["video"] + 3
    lecturer.loss.sequences.append(gap)
    await until(lambda: any(isinstance(m, rtcp.Nack) for m in lecturer.control), 10)
    asked = next(m for m in lecturer.control if isinstance(m, rtcp.Nack))
    assert asked.lost == (gap,)
    kept, lecturer.next["video"] = lecturer.next["video"], gap
    missing = lecturer.packet(VP8_DELTA)
    lecturer.next["video"] = kept
    await lecturer.send(missing)
    for viewer in pair:
        await until(lambda v=viewer: is_gapless(v, in_order=False), 10)


async def test_a_session_answers_under_its_address_wherever_it_is(fleet: Fleet):
    code = room()
    await fleet.lecturer(code)
    own, other = ({"Authorization": f"Bearer {token(code, n, 'watch')}"} for n in (2, 9))
    for viewer in await both_sides(fleet, code):
        assert (await fleet.http.delete(viewer.session, headers=other)).status_code == 403
        assert (await fleet.http.get(viewer.session, headers=own)).status_code == 204
        assert (await fleet.http.delete(viewer.session, headers=own)).status_code == 200
        assert (await fleet.http.get(viewer.session, headers=own)).status_code == 404


async def test_the_end_of_a_class_and_its_figures_concern_every_worker(fleet: Fleet):
    code = room()
    await fleet.lecturer(code)
    pair = await both_sides(fleet, code)
    for viewer in pair:
        await grows(viewer)
    url = str(fleet.http.base_url)
    told = await media_stats.ask(url, SECRET.decode(), code)
    assert told is not None
    assert len(told.publishers) == 1
    assert len(told.viewers) >= 2
    now = time.time()
    call = media_control.EndCall(id=uuid.uuid4().hex, sent=now, room=code, void_until=int(now) + 60)
    body = msgspec.json.encode(call)
    headers = {SIGNATURE: seal(body, SECRET, media_control.PURPOSE)}
    answer = await fleet.http.post(media_control.PATH, content=body, headers=headers)
    assert answer.status_code == 204
    told = await media_stats.ask(url, SECRET.decode(), code)
    assert told == media_stats.MediaStats(publishers=[], viewers=[])
    again = await fleet.http.post(media_control.PATH, content=body, headers=headers)
    assert again.status_code == 409
    forged = await fleet.http.post(media_control.PATH, content=body, headers={SIGNATURE: "no"})
    assert forged.status_code == 403


async def test_a_worker_with_viewers_dies_and_they_find_the_other(fleet: Fleet):
    code = room()
    lecturer = await fleet.lecturer(code)
    pair = await both_sides(fleet, code)
    home = fleet.worker_of(lecturer)
    near, far = pair[home], pair[1 - home]
    await grows(far)
    fleet.kill(1 - home)
    assert await fleet.status_of(far, token(code, 2, "watch")) == 404
    moved = await fleet.viewer(code, 3)
    assert fleet.worker_of(moved) == home
    await grows(moved)
    await grows(near)
    await fleet.all_up()


async def test_the_publishers_worker_dies_and_the_viewers_of_the_other_keep_their_session(
    fleet: Fleet,
):
    code = room()
    lecturer = await fleet.lecturer(code)
    pair = await both_sides(fleet, code)
    home = fleet.worker_of(lecturer)
    far = pair[1 - home]
    await grows(far)
    fleet.kill(home)
    await lecturer.vanish()
    back = await fleet.lecturer(code, first=5000)
    assert fleet.worker_of(back) == 1 - home
    await grows(far)
    assert is_gapless(far)
    newcomer = await fleet.viewer(code, 4)
    await grows(newcomer)
    await fleet.all_up()


async def test_a_publisher_who_comes_to_another_worker_is_relayed_to_those_who_waited(fleet: Fleet):
    code = room()
    lecturer = await fleet.lecturer(code)
    home = fleet.worker_of(lecturer)
    waiting = (await both_sides(fleet, code))[1 - home]
    await grows(waiting)
    await lecturer.dtls.stop()  # her page is closed: viewers wait for the next
    await asyncio.sleep(0.2)
    assert fleet.worker_of(await fleet.lecturer(code, first=9000)) == home
    await grows(waiting)
    assert is_gapless(waiting)


async def test_layers_are_told_apart_far_from_the_publisher_also_when_it_names_them_no_more(
    fleet: Fleet,
):
    """A sibling that joins late never sees the packets that say which layer they are of."""
    code = room()
    lecturer = LayeredPublisher()
    fleet.peers.append(lecturer)
    await lecturer.connect(fleet.http, f"/media/whip/{code}/camera", token(code))
    for _ in range(6):
        await lecturer.tick(keys="lh")

    async def go_on() -> None:
        while True:
            await lecturer.tick(keys="lh", pause=0.04)

    going = asyncio.ensure_future(go_on())
    try:
        pair = await both_sides(fleet, code)
        own = {"Authorization": f"Bearer {token(code, 2, 'watch')}"}
        for wanted, video in (("l", "low"), ("h", "high")):
            for viewer in pair:
                url = f"{viewer.session}/layer"
                answer = await fleet.http.post(url, json={"video": video}, headers=own)
                assert answer.json()["layers"] == 2, answer.text
                await until(lambda v=viewer, w=wanted: marks(v) and marks(v)[-1][0] == w, 10)
        for viewer in pair:
            assert is_gapless(viewer)
    finally:
        going.cancel()
