"""Simulcast in, one of its layers out: what each viewer gets, and that she sees no seam."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from realtime.sfu import rtcp
from tests.realtime.sfu.layers import LosesOnce, layered, marks, numbers, wish, with_rid
from tests.realtime.sfu.peers import House, RawViewer, token, until

pytestmark = pytest.mark.asyncio


def is_continuous(viewer: RawViewer) -> bool:
    """Sequence numbers, times, picture numbers and base frames go on as those of one source."""
    packets = viewer.of(120)
    pairs = list(itertools.pairwise(packets))
    return (
        len({packet.ssrc for packet in packets}) == 1
        and all(b.sequence_number - a.sequence_number & 0xFFFF == 1 for a, b in pairs)
        and all(0 < (b.timestamp - a.timestamp & 0xFFFFFFFF) <= 4 * 3000 for a, b in pairs)
        and all(numbers(b.payload)[0] - numbers(a.payload)[0] & 0x7FFF == 1 for a, b in pairs)
        and all(numbers(b.payload)[1] - numbers(a.payload)[1] & 0xFF == 1 for a, b in pairs)
    )


async def test_the_answer_takes_the_layers_in_their_order(house: House):
    publisher = await layered(house, "lmh")
    video = publisher.answer.split("m=video")[1]
    assert "a=simulcast:recv l;m;h\r\n" in video
    assert [line for line in video.splitlines() if line.startswith("a=rid:")] == [
        "a=rid:l recv", "a=rid:m recv", "a=rid:h recv",
    ]  # fmt: skip
    assert "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n" in video
    assert "simulcast" not in publisher.answer.split("m=video")[0]


async def test_a_viewer_goes_to_a_layer_at_its_keyframe_and_sees_no_seam(house: House):
    publisher = await layered(house)
    viewer = await house.viewer()
    stays = await house.viewer(member=3)
    await publisher.tick(keys="lh")
    for _ in range(5):
        await publisher.tick()
    await publisher.report()
    answer = await wish(house, viewer, "low")
    assert answer.json() == {"video": "low", "layer": 0, "layers": 2}
    await publisher.tick()
    await until(lambda: publisher.asked_keyframe("l"))
    await publisher.tick(keys="l")
    for _ in range(4):
        await publisher.tick()
    await wish(house, viewer, "high")
    await publisher.tick()
    await publisher.tick(keys="h")
    await publisher.tick()
    # of the last tick with both she gets l, which comes first, and the keyframe of h
    await until(lambda: len(viewer.of(120)) == 16)
    assert "".join(mark[0] for mark in marks(viewer)) == "h" * 7 + "l" * 7 + "h" * 2
    assert is_continuous(viewer)
    await until(lambda: len(stays.of(120)) == 15)
    assert {mark[0] for mark in marks(stays)} == {"h"}
    assert is_continuous(stays)


@pytest.mark.parametrize("rids", ["hml", "lhm", "mlh"])
async def test_the_pictures_say_which_layer_is_small_whatever_the_order(house: House, rids: str):
    """An encoder may name its layers, and begin with them, as it likes."""
    sizes = {"l": (160, 90), "m": (320, 180), "h": (640, 360)}
    publisher = await layered(house, rids, sizes=sizes)
    viewers = {"h": await house.viewer(member=2), "l": await house.viewer(member=3)}
    await wish(house, viewers["h"], "high", member=2)
    await wish(house, viewers["l"], "low", member=3)
    await publisher.tick(keys=rids)
    for _ in range(3):
        await publisher.tick()
    for _ in range(4):
        await publisher.tick(keys=rids)
    await until(lambda: all(len(viewer.of(120)) >= 4 for viewer in viewers.values()))
    for name, viewer in viewers.items():
        assert {mark[0] for mark in marks(viewer)[-4:]} == {name}


async def test_times_of_layers_are_put_together_by_the_clock_of_the_publisher(house: House):
    """Sound and picture stay in step: what a sender report says holds on every layer."""
    publisher = await layered(house)
    viewer = await house.viewer()
    await publisher.tick(keys="lh")
    await publisher.report()
    await wish(house, viewer, "low")
    await publisher.tick(only="h")
    await publisher.tick(keys="l", only="l")
    await publisher.report()
    await until(lambda: len(viewer.of(120)) == 3)
    times = [packet.timestamp for packet in viewer.of(120)]
    assert times[2] - times[1] & 0xFFFFFFFF == 3000
    await until(lambda: len(_reports(viewer)) == 2)
    before, after = _reports(viewer)
    passed = (after.ntp - before.ntp) * 90_000 / 2**32
    assert abs((after.timestamp - before.timestamp & 0xFFFFFFFF) - passed) < 3


def _reports(viewer: RawViewer) -> list[rtcp.SenderReport]:
    found = [m for m in viewer.control if isinstance(m, rtcp.SenderReport)]
    return [report for report in found if report.ssrc == viewer.ssrc("video")]


async def test_what_was_lost_before_and_after_a_change_of_layers_comes_again(house: House):
    publisher = await layered(house)
    viewer = await house.viewer()
    sees = await house.viewer(member=3)
    lost = viewer.loss = LosesOnce()
    await publisher.tick(keys="lh")
    await publisher.tick()
    for one, member in ((viewer, 2), (sees, 3)):
        await wish(house, one, "low", member)
    await publisher.tick(keys="l")
    await publisher.tick()
    await until(lambda: len(lost.lost) == len(sees.of(120)) == 4)
    await viewer.ask_again(*lost.lost)
    await until(lambda: len(viewer.of(120)) == 4)
    assert [p.payload for p in viewer.of(120)] == [p.payload for p in sees.of(120)]
    assert is_continuous(viewer)


async def test_a_late_packet_of_the_new_layer_does_not_take_a_number_of_the_old(house: House):
    publisher = await layered(house)
    viewer = await house.viewer()
    await publisher.tick(keys="lh")
    missing = publisher.frame("l", key=False)
    await wish(house, viewer, "low")
    await publisher.tick()
    await publisher.tick(keys="l")
    await publisher.send(missing)
    await publisher.tick()
    await until(lambda: len(viewer.of(120)) == 4)
    await asyncio.sleep(0.05)
    assert is_continuous(viewer)
    assert [mark[0] for mark in marks(viewer)] == ["h", "h", "l", "l"]


async def test_each_layer_is_repaired_for_itself_and_its_repairs_find_it(house: House):
    """A NACK names the source; the retransmission comes on a source of its own with its name."""
    publisher = await layered(house)
    viewer = await house.viewer()
    await wish(house, viewer, "low")
    await publisher.tick(keys="lh")
    lost = publisher.frame("l", key=False)
    await publisher.tick()
    await until(lambda: [m for m in publisher.control if isinstance(m, rtcp.Nack)])
    asked = next(m for m in publisher.control if isinstance(m, rtcp.Nack))
    assert (asked.ssrc, asked.lost) == (publisher.source("l"), (lost.sequence_number,))
    again = publisher.kept[("l", lost.sequence_number)]
    again.payload = again.sequence_number.to_bytes(2, "big") + again.payload
    again.payload_type, again.ssrc, again.sequence_number = 97, 0x9999, 5
    await publisher.send(with_rid(again, "l", 11))
    await until(lambda: len(viewer.of(120)) == 3)
    assert sorted(marks(viewer)) == ["l0", "l1", "l2"]


async def test_reports_are_about_each_layer(house: House):
    publisher = await layered(house, "lmh")
    await publisher.tick(keys="lmh")
    await publisher.tick()
    wanted = {publisher.source(rid) for rid in "lmh"}
    await until(
        lambda: wanted <= {m.ssrc for m in publisher.control if isinstance(m, rtcp.ReportBlock)}
    )


async def test_sound_only_stops_the_picture_and_brings_it_back_without_a_gap(house: House):
    publisher = await layered(house)
    viewer = await house.viewer()
    await publisher.tick(keys="lh")
    await publisher.audio(2)
    answer = await wish(house, viewer, "off")
    assert answer.json()["layer"] is None
    for _ in range(4):
        await publisher.tick()
    await publisher.audio(2)
    await until(lambda: len(viewer.of(109)) == 4)
    assert len(viewer.of(120)) == 1
    await wish(house, viewer, "auto")
    await publisher.tick()
    await until(lambda: publisher.asked_keyframe("h"))
    await publisher.tick(keys="h")
    await publisher.tick()
    await until(lambda: len(viewer.of(120)) == 3)
    first, *rest = viewer.of(120)
    steps = [packet.sequence_number - first.sequence_number & 0xFFFF for packet in rest]
    assert steps == [1, 2]


async def test_a_layer_that_falls_silent_is_left_for_one_that_is_there(house: House):
    """A publisher without bandwidth stops the largest first."""
    publisher = await layered(house)
    viewer = await house.viewer()
    await publisher.tick(keys="lh")
    await until(lambda: len(viewer.of(120)) == 1)

    async def small_only() -> bool:
        await publisher.tick(only="l", keys="l" * bool(publisher.asked_keyframe("l")), pause=0.05)
        return any(mark[0] == "l" for mark in marks(viewer))

    for _ in range(100):
        if await small_only():
            break
    assert is_sequential(viewer)
    for _ in range(100):
        await publisher.tick(keys="h", pause=0.05)
        if marks(viewer)[-1][0] == "h":
            break
    assert marks(viewer)[-1][0] == "h"
    assert is_sequential(viewer)


def is_sequential(viewer: RawViewer) -> bool:
    """Sequence numbers go on; times do, by whatever steps."""
    found = viewer.sequences(120)
    return [n - found[0] & 0xFFFF for n in found] == list(range(len(found)))


async def test_a_publisher_without_layers_takes_over_from_one_with_them(house: House):
    """The lecturer goes on with OBS: whoever watched the small layer gets the only one."""
    first = await layered(house)
    viewer = await house.viewer()
    await wish(house, viewer, "low")
    await first.tick(keys="lh")
    await until(lambda: marks(viewer) == ["l0"])
    plain = await house.publisher()
    for _ in range(100):
        await plain.video(1, pause=0.05)
        if len(viewer.of(120)) > 3:
            break
    assert len(viewer.of(120)) > 3
    assert is_sequential(viewer)


async def test_wishes_are_checked(house: House):
    await layered(house)
    viewer = await house.viewer()
    for wrong in ("best", None, 3, ["low"]):
        answer = await wish(house, viewer, wrong)
        assert (answer.status_code, answer.json()["code"]) == (400, "layer_invalid")
    headers = {"Authorization": f"Bearer {token('r1', 2, 'watch')}"}
    url = f"{viewer.session}/layer"
    plain = await house.http.post(url, content="low", headers=headers)
    assert (plain.status_code, plain.json()["code"]) == (415, "not_json")
    assert plain.headers["accept-post"] == "application/json"
    told = await house.http.get(url, headers=headers)
    assert told.json()["video"] == "auto"
    wrong_method = await house.http.put(url, headers=headers)
    assert wrong_method.status_code == 405
    options = await house.http.options(url)
    assert options.headers["accept-post"] == "application/json"


async def test_only_who_opened_a_session_chooses_its_layer(house: House):
    publisher = await layered(house)
    viewer = await house.viewer()
    foreign = await wish(house, viewer, "low", member=3)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "session_foreign")
    room = await wish(house, viewer, "low", text=token("r2", 2, "watch"))
    assert room.json()["code"] == "session_foreign"
    nobody = await house.http.post(f"{viewer.session}/layer", json={"video": "low"})
    assert (nobody.status_code, nobody.json()["code"]) == (401, "token_missing")
    publishing = await wish(house, publisher, "low", text=token())  # type: ignore[arg-type]
    assert (publishing.status_code, publishing.json()["code"]) == (409, "session_publishes")
    await house.end(viewer)
    gone = await wish(house, viewer, "low")
    assert (gone.status_code, gone.json()["code"]) == (404, "session_unknown")


async def test_a_layer_that_nobody_watches_is_not_asked_for(house: House):
    """Neither keyframes nor lost packets of it; the largest is kept whole, for who comes next."""
    publisher = await layered(house)
    await house.viewer()
    await publisher.tick(keys="lh")
    for rid in "lh":
        publisher.frame(rid, key=False)  # lost
    await publisher.tick()
    await until(lambda: [m for m in publisher.control if isinstance(m, rtcp.Nack)])
    await asyncio.sleep(0.1)
    nacks = [m for m in publisher.control if isinstance(m, rtcp.Nack)]
    assert {m.ssrc for m in nacks} == {publisher.source("h")}
    assert publisher.asked_keyframe("l") == 0
