"""The switchboard against a real daphne on a socket."""

from __future__ import annotations

import asyncio
import json
import signal
import time
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from websockets.exceptions import InvalidStatus

from liveclass.doorway import FRESH
from realtime.protocol import version
from tests.realtime.classroom import Classroom, Page
from tests.realtime.rooms import classroom, own_classroom, seeded

__all__ = ["classroom", "own_classroom", "seeded"]

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture(autouse=True)
async def pages_are_closed(classroom: Classroom) -> AsyncIterator[None]:
    yield
    await classroom.close_pages()


async def test_it_greets_with_the_state_of_the_room(classroom: Classroom) -> None:
    page = await classroom.page("ann")
    state = page.first["state"]
    assert page.first["type"] == "snapshot"
    assert state["phase"] == "live"
    assert state["me"]["id"] == classroom.told["people"]["ann"]
    assert state["me"]["id"] in {person["id"] for person in state["presence"]["people"]}


async def test_a_line_reaches_everybody_after_its_row_is_there(classroom: Classroom) -> None:
    ann, bob = await classroom.page("ann"), await classroom.page("bob")
    answer = await ann.do("chat.post", text="你好 <b>")
    rows = classroom.rows("SELECT text FROM liveclass_message WHERE text = ?", "你好 <b>")
    assert answer["type"] == "accepted"
    assert rows == [("你好 <b>",)]
    for page in (ann, bob):
        posted = await page.wait_for("chat.posted") if not page.all("chat.posted") else None
        heard = posted or page.all("chat.posted")[-1]
        assert heard["seq"] == answer["seq"]
        assert heard["line"]["text"] == "你好 <b>"


async def test_a_repeated_command_has_one_row_and_one_number(classroom: Classroom) -> None:
    ann = await classroom.page("ann")
    id = str(uuid.uuid4())
    first = await ann.do("chat.post", id, text="once")
    ann.heard.clear()
    second = await ann.do("chat.post", id, text="once")
    assert first == second
    assert classroom.rows("SELECT count(*) FROM liveclass_message WHERE text = 'once'") == [(1,)]


@pytest.mark.parametrize("origin", ["http://evil.example", None])
async def test_a_foreign_origin_is_refused(classroom: Classroom, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await classroom.connect(origin=origin)
    assert refused.value.response.status_code == 403


async def test_an_unknown_address_is_refused(classroom: Classroom) -> None:
    with pytest.raises(InvalidStatus):
        await classroom.connect(path="/ws/elsewhere/")


async def _greeting(classroom: Classroom, ticket: str) -> Page:
    page = await classroom.silent_page()
    await page.send({"type": "hello", "ticket": ticket, "version": version.PROTOCOL_VERSION})
    return page


@pytest.mark.parametrize(
    ("fields", "code", "retry_ms"),
    [
        ({"exp": 1}, "ticket_expired", 0),
        ({"room": "another"}, "ticket_invalid", -1),
    ],
)
async def test_a_ticket_that_does_not_fit_is_refused(
    classroom: Classroom, fields: dict[str, object], code: str, retry_ms: int
) -> None:
    page = await _greeting(classroom, classroom.ticket("ann", **fields))
    bye = await page.wait_for("bye")
    assert (bye["code"], bye["retry_ms"]) == (code, retry_ms)
    assert bye["message"]
    assert await page.closed() == version.CLOSE_TICKET


@pytest.mark.parametrize("ticket", ["", "x.y", "e30.e30", "." * 2000])
async def test_a_forged_ticket_is_refused(classroom: Classroom, ticket: str) -> None:
    page = await _greeting(classroom, ticket)
    assert (await page.wait_for("bye"))["code"] == "ticket_invalid"
    assert await page.closed() == version.CLOSE_TICKET


async def test_an_old_page_is_sent_away(classroom: Classroom) -> None:
    page = await classroom.silent_page()
    await page.send({"type": "hello", "ticket": classroom.ticket(), "version": 999})
    assert (await page.wait_for("bye"))["code"] == "ticket_invalid"


MALFORMED = [
    "", "{", "null", "[]", '{"type":"chat.post"}', '{"type":"chat.post","id":"x"}',
    '{"type":"chat.post","id":"12345678","text":1}',
    '{"type":"chat.post","id":"12345678","text":"a","extra":1}',
    '{"type":"chat.post","id":"12345678","text":"a\\u0000b"}',
    '{"type":"chat.recall","id":"12345678","message":99999999999999999999}',
    '{"type":"hello","ticket":"again","version":1}', "[" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(MALFORMED)))
async def test_a_malformed_message_is_refused_and_hurts_nobody(
    classroom: Classroom, case: int
) -> None:
    page = await classroom.page(f"m{case}")
    await page.socket.send(MALFORMED[case])
    refused = await page.wait_for("refused")
    assert refused["code"] == "malformed"
    assert (await page.do("hand.lower"))["type"] == "accepted"


async def test_a_binary_message_is_malformed(classroom: Classroom) -> None:
    ann = await classroom.page("m2")
    await ann.socket.send(b"\x00\xff")
    assert (await ann.wait_for("refused"))["code"] == "malformed"


async def test_an_unknown_command_is_named_so(classroom: Classroom) -> None:
    ann = await classroom.page("m3")
    await ann.send({"type": "class.explode", "id": "12345678"})
    refused = await ann.wait_for("refused")
    assert (refused["id"], refused["code"]) == ("12345678", "unknown_command")


async def test_too_many_malformed_messages_end_the_connection(classroom: Classroom) -> None:
    ann = await classroom.page("m4")
    for _ in range(6):
        await ann.socket.send("nonsense")
    assert await ann.closed() == version.CLOSE_MALFORMED
    assert len(ann.all("refused")) == 6
    assert ann.heard[-1]["code"] == "malformed"


async def test_an_oversized_message_ends_the_connection(classroom: Classroom) -> None:
    ann = await classroom.page("m5")
    await ann.command("chat.post", text="x" * (version.MAX_MESSAGE_BYTES + 1))
    assert await ann.closed() == 1009
    await classroom.page("m6")


async def test_a_snapshot_may_be_longer_than_what_a_page_may_send(classroom: Classroom) -> None:
    for number in range(4):
        ann = await classroom.page(f"m{60 - 1 - number}")
        assert (await ann.do("chat.post", text="长" * 1990))["type"] == "accepted"
    await asyncio.sleep(FRESH)  # until then newcomers share an older one and the events since
    page = await classroom.page("bob")
    assert len(json.dumps(page.first, ensure_ascii=False).encode()) > version.MAX_MESSAGE_BYTES


async def test_long_text_within_the_frame_is_refused_with_a_reason(classroom: Classroom) -> None:
    ann = await classroom.page("m7")
    refused = await ann.do("chat.post", text="长" * 2001)
    assert (refused["code"], bool(refused["message"])) == ("text_too_long", True)


async def test_a_flood_is_slowed_down(classroom: Classroom) -> None:
    ann = await classroom.page("m8")
    ids = [await ann.command("chat.post", text=f"flood {n}") for n in range(8)]
    answers = [await ann.answer(id) for id in ids]
    assert [one["type"] for one in answers] == ["accepted"] * 5 + ["refused"] * 3
    assert {one["code"] for one in answers[5:]} == {"too_fast"}
    assert 0 < answers[5]["retry_ms"] <= 1001


async def test_reactions_come_as_sums(classroom: Classroom) -> None:
    ann, bob = await classroom.page("m9"), await classroom.page("m10")
    for _ in range(10):
        await ann.send({"type": "reaction.send", "kind": "clap"})
    await bob.listen(0.8)
    bursts = bob.all("reaction.burst")
    assert sum(one["count"] for burst in bursts for one in burst["counts"]) == 6
    assert len(bursts) <= 4


async def test_only_the_staff_points_and_nobody_waits_for_it(classroom: Classroom) -> None:
    host = await classroom.page("host")
    ann, bob = await classroom.page("m9"), await classroom.page("m10")
    await ann.send({"type": "slides.point", "x": 0.9, "y": 0.9})
    await host.send({"type": "slides.point", "x": 0.25, "y": 0.5})
    pointed = await bob.wait_for("slides.pointed")
    assert (pointed["x"], pointed["y"]) == (0.25, 0.5)
    for step in range(60):
        await host.send({"type": "slides.point", "x": step / 60, "y": 0.5})
    await bob.listen(0.4)
    assert all(one["y"] == 0.5 for one in bob.all("slides.pointed"))
    assert len(bob.all("slides.pointed")) < 40  # 20 a second, and as many at once
    assert await host.do("chat.post", text="still here")


async def test_only_the_staff_begins_captions_and_nobody_waits_for_them(
    classroom: Classroom,
) -> None:
    host, ann = await classroom.page("host"), await classroom.page("m9")
    await ann.send({"type": "caption.hint", "text": "not mine"})
    await host.send({"type": "caption.hint", "text": "first close the"})
    hinted = await ann.wait_for("caption.hinted")
    assert hinted["text"] == "first close the"
    await host.do("caption.say", text="First close the valve.")
    assert (await ann.wait_for("caption.said"))["caption"]["text"] == "First close the valve."
    assert [one["text"] for one in ann.all("caption.hinted")] == ["first close the"]


async def test_a_whisper_is_news_to_two_people_only(classroom: Classroom) -> None:
    host, ann, bob = [await classroom.page(name) for name in ("host", "m43", "m44")]
    to, id = classroom.told["people"]["host"], str(uuid.uuid4())
    for _ in range(2):  # resent after a cut line
        answer = await ann.do("whisper.send", id, to=to, text="psst")
        assert (answer["type"], answer["seq"]) == ("accepted", 0)
    news = await host.wait_for("whisper.mine")
    assert (news["whispers"]["unread"], news["whispers"]["threads"]) == (1, 1)
    assert "psst" not in json.dumps([*host.heard, *bob.heard])
    await bob.do("chat.post", text="after it")
    assert bob.all("whisper.mine") == []
    back = await classroom.page("host")
    assert back.first["type"] == "snapshot"
    assert (await back.wait_for("whisper.mine"))["whispers"]["unread"] == 1
    refused = [await ann.do("whisper.send", to=to, text="psst") for _ in range(8)][-1]
    assert refused["code"] == "too_fast"
    assert refused["retry_ms"] > 0


async def test_ping_is_answered_with_the_same_number(classroom: Classroom) -> None:
    ann = await classroom.page("m11")
    await ann.send({"type": "ping", "t": 12.5})
    pong = await ann.wait_for("pong")
    assert pong["t"] == 12.5
    assert abs(pong["now"] - time.time()) < 5


async def test_a_forbidden_act_is_refused_by_the_server(classroom: Classroom) -> None:
    ann = await classroom.page("m12")
    refused = await ann.do("class.end")
    assert refused["code"] == "host_only"
    assert refused["message"].isascii()  # the page asked for English


async def test_sentences_are_chinese_unless_the_page_asks_otherwise(classroom: Classroom) -> None:
    page = await classroom.silent_page("")
    hello = {"type": "hello", "ticket": classroom.ticket("m13"), "version": 1}
    await page.send(hello)
    await page.wait_for("snapshot")
    refused = await page.do("class.end")
    assert not refused["message"].isascii()


async def test_a_short_absence_is_resumed_without_a_gap(classroom: Classroom) -> None:
    ann, bob = await classroom.page("m14"), await classroom.page("m15")
    state = ann.first["state"]
    await ann.close()
    texts = [f"while away {n}" for n in range(4)]
    last = [await bob.do("chat.post", text=text) for text in texts][-1]["seq"]
    back = await classroom.page("m14", state["epoch"], state["seq"])
    assert back.first == {"type": "resumed", "epoch": state["epoch"], "seq": last}
    await back.listen(0.3)
    assert back.seqs == list(range(state["seq"] + 1, last + 1))
    assert [one["line"]["text"] for one in back.all("chat.posted")][-4:] == texts
    assert back.all("hand.mine")
    assert back.all("stage.quality") == [{"type": "stage.quality", "lines": []}]


async def test_another_epoch_gets_a_snapshot(classroom: Classroom) -> None:
    page = await classroom.page("m16", "0" * 16, 1)
    assert page.first["type"] == "snapshot"


async def test_a_vote_is_stored_before_it_is_accepted_and_counted_for_all(
    classroom: Classroom,
) -> None:
    host = await classroom.page("host")
    voters = [await classroom.page(f"m{n}") for n in range(20, 30)]
    created = await host.do("poll.create", question="Ready?", options=["yes", "no"])
    poll = (host.all("poll.opened") or [await host.wait_for("poll.opened")])[-1]["poll"]
    assert created["type"] == "accepted"
    option = poll["options"][0]["id"]
    ids = [await one.command("poll.vote", poll=poll["id"], options=[option]) for one in voters]
    answers = [await one.answer(id) for one, id in zip(voters, ids, strict=True)]
    assert {one["type"] for one in answers} == {"accepted"}
    query = "SELECT count(*) FROM liveclass_vote WHERE poll_id = ?"
    assert classroom.rows(query, poll["id"]) == [(10,)]
    await host.listen(0.6)
    tally = host.all("poll.tally")[-1]
    assert tally["voters"] == 10
    assert {one["option"]: one["votes"] for one in tally["counts"]}[option] == 10
    await voters[0].listen(0.1)
    assert voters[0].all("poll.tally")[-1]["counts"] is None
    assert len(host.all("poll.tally")) <= 6
    assert (await host.do("poll.close", poll=poll["id"]))["type"] == "accepted"


async def test_two_pages_of_one_person_are_one_person(classroom: Classroom) -> None:
    watcher = await classroom.page("m30")
    for _ in range(3):
        await classroom.page("m31")
    await watcher.listen(1.5)
    presence = watcher.all("presence.changed")[-1]["presence"]
    ids = [person["id"] for person in presence["people"]]
    assert ids.count(classroom.told["people"]["m31"]) == 1
    staff = [one for one in presence["people"] if one["role"] != "member"]
    assert presence["online"] == len(ids) - len(staff)


async def test_attendance_is_written_by_coming_and_going(classroom: Classroom) -> None:
    member = classroom.told["people"]["m40"]
    page = await classroom.page("m40")
    await page.wait_for("attendance.mine")
    query = "SELECT ended_at IS NULL FROM courses_attendance WHERE member_id = ?"
    assert classroom.rows(query, member) == [(1,)]
    await page.close()
    async with asyncio.timeout(6):
        while classroom.rows(query, member) != [(0,)]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


async def test_a_restart_says_goodbye_and_costs_no_snapshot(own_classroom: Classroom) -> None:
    page = await own_classroom.page("ann")
    answer = await page.do("chat.post", text="before the restart")
    took = await asyncio.to_thread(own_classroom.stop)
    assert took < 5
    assert await page.closed() == 1012
    bye = page.heard[-1]
    assert (bye["type"], bye["code"]) == ("bye", None)
    assert 0 <= bye["retry_ms"] <= 3000
    await asyncio.to_thread(own_classroom.start)
    epoch = page.first["state"]["epoch"]
    back = await own_classroom.page("ann", epoch, answer["seq"] - 1)
    assert back.first == {"type": "resumed", "epoch": epoch, "seq": answer["seq"]}
    assert (await back.wait_for("chat.posted"))["line"]["text"] == "before the restart"


async def test_a_stopping_server_takes_nobody_new(own_classroom: Classroom) -> None:
    page = await own_classroom.page("ann")
    assert own_classroom.process is not None
    own_classroom.process.send_signal(signal.SIGTERM)
    await page.wait_for("bye")
    with pytest.raises(ConnectionRefusedError):
        await own_classroom.connect()
    await asyncio.to_thread(own_classroom.stop)


async def test_who_never_says_hello_is_let_go(classroom: Classroom) -> None:
    socket = await classroom.connect()
    async with asyncio.timeout(13):
        await socket.wait_closed()
    assert socket.close_code == version.CLOSE_NO_HELLO


async def test_frames_are_json_objects_or_lists_of_them(classroom: Classroom) -> None:
    page = await classroom.page("m41")
    await page.do("chat.post", text="shape")
    assert all(isinstance(one, dict) and isinstance(one["type"], str) for one in page.heard)
    json.dumps(page.heard)


@pytest.mark.kill
async def test_a_whisper_outlives_kill_9_and_comes_once(own_classroom: Classroom) -> None:
    ann, to = await own_classroom.page("ann"), own_classroom.told["people"]["host"]
    id = str(uuid.uuid4())
    answer = await ann.do("whisper.send", id, to=to, text="psst")
    await asyncio.to_thread(own_classroom.kill)
    await asyncio.to_thread(own_classroom.start)
    back = await own_classroom.page("ann")
    assert await back.do("whisper.send", id, to=to, text="psst") == answer
    host = await own_classroom.page("host")
    assert (await host.wait_for("whisper.mine"))["whispers"]["unread"] == 1
    assert own_classroom.rows("SELECT count(*) FROM liveclass_whisper") == [(1,)]
