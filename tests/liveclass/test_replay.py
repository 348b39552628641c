"""Who may watch again, which bytes she gets, and that the log tells what she would have seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

import msgspec
import pytest
import time_machine
from django.conf import settings as settings_module
from django.http import StreamingHttpResponse
from django.test import AsyncRequestFactory, Client
from django.utils import timezone

from courses.activities.models import Session
from courses.completion.models import Lease
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.polls import actions as polls
from liveclass.polls.models import Poll
from liveclass.questions import actions as questions
from liveclass.questions.models import Question
from liveclass.recordings.folder import is_file_of_run, read_index
from liveclass.recordings.models import Recording, RecordingState
from liveclass.replay import queries
from liveclass.replay.files import CHUNK, send_file
from liveclass.replay.ranges import MOST, OPEN, Span, wanted
from liveclass.rooms.actions import schedule_class
from liveclass.rooms.models import Participation, Room
from liveclass.snapshot import room_state
from realtime.protocol.events import DurableEvent
from realtime.protocol.state import RoomState
from realtime.tickets import LessonLease, verify
from tests.liveclass.reference_apply import apply
from tests.liveclass.world import World
from tests.people import People, make_people, signed_in
from tests.replays import Take, make_recording

RUN = 1_800_000_000_000
NAME = "1-camera-audio.mp4"
BODY = bytes(range(256)) * 8


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_RECORDINGS = tmp_path
    return tmp_path


@pytest.fixture
def people(db: None) -> People:
    return make_people()


@pytest.fixture
def session(people: People, root: Path) -> Session:
    """A class of the crew that runs and is recorded; one file of its recording."""
    made = schedule_class(
        created_by=people.host, title="回放", starts_at=timezone.now(), minutes=45,
        lecturer=people.host, assistants=[people.assistant], audience_units=[people.crew],
    )  # fmt: skip
    now = timezone.now()
    Room.objects.filter(session=made).update(state="live", started_at=now)
    Recording.objects.create(
        room=made.room, run=RUN, started_by=people.host, started_at=now,
        state=RecordingState.RECORDING,
    )  # fmt: skip
    folder = root / made.code / str(RUN)
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(BODY)
    (folder / "index.json").write_text("{}")
    return made


def status(client: Client, page: str, **headers: str) -> int:
    """Of an answer that is read to its end: its file is closed then."""
    answer = client.get(page, headers=headers)
    assert b"".join(answer) or answer.status_code != 200
    return int(answer.status_code)


def pages(session: Session) -> list[str]:
    start = f"/classes/{session.code}/"
    names = ("replay/", "replay/events.json", f"recording/{RUN}/{NAME}", "replay/captions.vtt")
    return [f"{start}{name}" for name in names]


def test_the_people_of_the_class_may_watch(people: People, session: Session) -> None:
    wanted = {"host": 200, "assistant": 200, "member": 200, "admin": 200, "outsider": 403,
              "anonymous": 302}  # fmt: skip
    for page in pages(session):
        seen = {name: status(signed_in(member), page) for name, member in people.everybody.items()}
        assert seen == wanted, page


def test_who_was_sent_out_watches_after_the_class_only(people: People, session: Session) -> None:
    now = timezone.now()
    Participation.objects.create(
        room=session.room, member=people.member, role="member", first_seen=now, last_seen=now,
        removed_at=now, removed_by=people.host,
    )  # fmt: skip
    client = signed_in(people.member)
    assert {status(client, page) for page in pages(session)} == {403}
    Room.objects.update(state="ended", ended_at=now + timedelta(minutes=1))
    assert {status(client, page) for page in pages(session)} == {200}


def test_a_class_without_recording_has_no_replay(people: People, session: Session) -> None:
    Recording.objects.all().delete()
    client = signed_in(people.member)
    found = [status(client, page) for page in pages(session)]
    assert found == [302, 404, 404, 404]


@pytest.mark.parametrize(
    "name",
    [
        "index.json", ".index.tmp", "1-camera-audio.mp4.tmp", "1-camera-audio.mp3", "..",
        "1-other-audio.mp4", "%2e%2e%2findex.json", "1-camera-audio.mp4%00", "１-camera-audio.mp4",
        "1-camera-audio.mp4%0a", "2-camera-audio.mp4",
    ],
)  # fmt: skip
def test_only_pieces_are_served(people: People, session: Session, name: str) -> None:
    client = signed_in(people.member)
    assert client.get(f"/classes/{session.code}/recording/{RUN}/{name}").status_code == 404


def test_names_of_pieces() -> None:
    good = ["12-speaker-4-video.webm", "1-camera-video.m3u8", "3-screen-video.mp4"]
    assert [name for name in good if not is_file_of_run(name)] == []
    assert not is_file_of_run("1-camera-video.m3u8\n")


def test_another_run_or_room_opens_nothing(people: People, session: Session) -> None:
    client = signed_in(people.member)
    assert client.get(f"/classes/{session.code}/recording/{RUN + 1}/{NAME}").status_code == 404
    assert client.get(f"/classes/nowhere2/recording/{RUN}/{NAME}").status_code == 404


SIZE = len(BODY)


@pytest.mark.parametrize(
    ("asked", "status", "said", "body"),
    [
        ("bytes=0-9", 206, f"bytes 0-9/{SIZE}", BODY[:10]),
        ("bytes=10-10", 206, f"bytes 10-10/{SIZE}", BODY[10:11]),
        ("bytes=2040-", 206, f"bytes 2040-2047/{SIZE}", BODY[2040:]),
        ("bytes=-8", 206, f"bytes 2040-2047/{SIZE}", BODY[2040:]),
        ("bytes=-9999", 206, f"bytes 0-2047/{SIZE}", BODY),
        ("bytes=2000-9999", 206, f"bytes 2000-2047/{SIZE}", BODY[2000:]),
        ("bytes= 0-1", 206, f"bytes 0-1/{SIZE}", BODY[:2]),
        ("bytes=2048-", 416, f"bytes */{SIZE}", b""),
        ("bytes=-0", 416, f"bytes */{SIZE}", b""),
        # not valid, or more than we offer: all of it (RFC 9110 section 14.2)
        ("bytes=9-2", 200, None, BODY),
        ("bytes=0-1,4-5", 200, None, BODY),
        ("bytes=-", 200, None, BODY),
        ("lines=0-1", 200, None, BODY),
        ("bytes=0x1-5", 200, None, BODY),
        ("bytes=99999999999999999999-", 200, None, BODY),
    ],
)
def test_ranges(
    people: People, session: Session, asked: str, status: int, said: str | None, body: bytes
) -> None:
    answer = signed_in(people.member).get(pages(session)[2], headers={"Range": asked})
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == said
    assert b"".join(answer) == body
    if status != 416:
        assert int(answer["Content-Length"]) == len(body)
        assert answer["Accept-Ranges"] == "bytes"
        assert answer["Content-Type"] == "audio/mp4"
        assert "private" in answer["Cache-Control"]


def test_validators(people: People, session: Session, root: Path) -> None:
    client, page = signed_in(people.member), pages(session)[2]
    first = client.get(page)
    assert b"".join(first) == BODY
    etag, changed = first["ETag"], first["Last-Modified"]
    assert status(client, page, **{"If-None-Match": etag}) == 304
    assert status(client, page, **{"If-None-Match": '"other"'}) == 200
    assert status(client, page, **{"If-Modified-Since": changed}) == 304
    part = {"Range": "bytes=0-1"}
    assert status(client, page, **part, **{"If-Range": etag}) == 206
    assert status(client, page, **part, **{"If-Range": changed}) == 206
    head = client.head(page, headers=part)
    assert (head.status_code, head["Content-Length"], head.content) == (206, "2", b"")
    with (root / session.code / str(RUN) / NAME).open("ab") as growing:
        growing.write(b"more")
    assert status(client, page, **{"If-None-Match": etag}) == 200
    assert status(client, page, **part, **{"If-Range": etag}) == 200
    grown = client.get(page, headers={"Range": f"bytes={SIZE}-"})
    assert (b"".join(grown), grown["Content-Range"]) == (b"more", f"bytes 2048-2051/{SIZE + 4}")


def test_parts_have_a_bound_and_a_download_has_none(tmp_path: Path) -> None:
    size = 10 * MOST
    assert wanted("bytes=7-", size) == Span(7, OPEN + 6)
    assert wanted("bytes=7-999999999999", size) == Span(7, MOST + 6)
    assert wanted("bytes=-999999999999", size) == Span(size - MOST, size - 1)
    path = tmp_path / NAME
    with path.open("wb") as file:
        file.truncate(size)

    async def read() -> int:
        answer = send_file(AsyncRequestFactory().get("/"), path)
        assert isinstance(answer, StreamingHttpResponse)
        assert (answer.status_code, answer["Content-Length"]) == (200, str(size))
        assert answer["Accept-Ranges"] == "bytes"
        got = [len(chunk) async for chunk in cast(AsyncIterator[bytes], answer)]
        answer.close()
        return sum(got)

    assert asyncio.run(read()) == size


def test_the_server_sends_it_in_bounded_chunks(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"x" * 1_000_000)

    async def read() -> list[int]:
        request = AsyncRequestFactory().get("/", headers={"Range": "bytes=100-"})
        answer = send_file(request, path)
        assert isinstance(answer, StreamingHttpResponse)
        found = [len(chunk) async for chunk in cast(AsyncIterator[bytes], answer)]
        answer.close()
        return found

    chunks = asyncio.run(read())
    assert sum(chunks) == 999_900
    assert max(chunks) <= CHUNK


def test_an_index_that_is_half_there_is_none(tmp_path: Path) -> None:
    assert read_index(tmp_path) is None
    (tmp_path / "index.json").write_text('{"began": 1, "state"')
    assert read_index(tmp_path) is None


def test_the_pieces_are_told_in_order(people: People, session: Session, root: Path) -> None:
    takes = [Take("camera", "video", 2.5, 1), Take("camera", "audio", 0.5, 1)]
    make_recording(root / session.code / str(RUN), RUN, takes)
    told = signed_in(people.member).get(pages(session)[1]).json()
    assert [(one["stream"], one["kind"], one["start"]) for one in told["pieces"]] == [
        ("camera", "audio", 0.5),
        ("camera", "video", 2.5),
    ]
    assert (told["began"], told["phase"], told["recording"]) == (RUN / 1000, "live", "on")


def test_the_log_comes_in_bounded_stretches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_EVENTS", 5)
    world.start()
    for number in range(12):
        world.do(chat.post, world.ann, f"line {number}")
    found, after = [], 0
    while True:
        log = queries.log(world.room.pk, 0, after)
        assert len(log.events) <= 5
        found += [one["event"]["seq"] for one in log.events]
        after = log.last
        if not log.more:
            break
    assert found == list(range(1, 14))


def test_what_was_taken_back_is_not_told(world: World) -> None:
    world.start()
    world.do(chat.post, world.ann, "secret one")
    world.do(chat.post, world.ann, "kept")
    world.do(questions.ask, world.ann, "secret two")
    world.do(chat.pin, world.host, Message.objects.earliest("pk").pk)
    world.do(chat.recall, world.assistant, Message.objects.earliest("pk").pk)
    world.do(questions.dismiss, world.host, Question.objects.get().pk)
    log = queries.log(world.room.pk, 0, 0)
    assert "secret" not in str(log)
    assert "kept" in str(log)
    assert log.withdrawn["lines"] == [Message.objects.earliest("pk").pk]
    assert log.withdrawn["questions"] == [Question.objects.get().pk]


LINES, POLLS = 14, 3


def test_the_log_played_to_t_is_what_a_member_saw_at_t(world: World) -> None:
    """Chat and polls, at every moment of a class in which people did things in any order."""
    random, began = Random(7), datetime(2027, 1, 4, 7, 0, tzinfo=UTC)  # noqa: S311 - a fixed story
    seen: list[tuple[float, RoomState]] = []
    with time_machine.travel(began, tick=False) as clock:
        Session.objects.filter(pk=world.session.pk).update(starts_at=began)
        world.session.refresh_from_db()
        world.start()
        for _step in range(45):
            clock.shift(random.randint(1, 30))
            _do_something(world, random)
            seen.append((timezone.now().timestamp(), room_state(world.bob)))
    assert Message.objects.filter(recalled_at__isnull=False).exists()
    assert Poll.objects.filter(published=True).exists()
    log = queries.log(world.room.pk, began.timestamp(), 0).events
    fresh = msgspec.structs.replace(seen[0][1], chat=[], polls=[], questions=[], pinned=None)
    gone = set(Message.objects.filter(recalled_at__isnull=False).values_list("pk", flat=True))
    for at, state in seen:
        replayed = fresh
        for one in log:
            if one["t"] <= at - began.timestamp() + 0.001:
                replayed = apply(replayed, msgspec.convert(one["event"], DurableEvent))
        assert _shown(replayed, gone) == _shown(state, gone)


def _do_something(world: World, random: Random) -> None:
    lines = list(Message.objects.filter(recalled_at__isnull=True).values_list("pk", flat=True))
    now = list(Poll.objects.filter(phase="open"))
    closed = list(Poll.objects.filter(phase="closed", published=False))
    does = random.choice(["say", "say", "recall", "pin", "poll", "vote", "close", "publish"])
    if does == "say" or not lines:
        world.do(chat.post, random.choice([world.ann, world.host]), f"line {random.random()}")
    elif does == "recall" and len(lines) > 2:
        world.do(chat.recall, world.host, random.choice(lines))
    elif does == "pin":
        world.do(chat.pin, world.host, random.choice(lines))
    elif does == "poll" and not now:
        world.do(polls.create, world.host, "which?", ["a", "b"], False, True, True)
    elif does == "vote" and now:
        option = random.choice(list(now[0].options.values_list("pk", flat=True)))
        world.do(polls.cast_vote, random.choice([world.ann, world.bob]), now[0].pk, [option])
    elif does == "close" and now:
        world.do(polls.close_poll, world.host, now[0].pk)
    elif does == "publish" and closed:
        world.do(polls.publish_poll, world.host, closed[0].pk)


def _shown(state: RoomState, gone: set[int]) -> dict[str, Any]:
    """Own votes and running counts are nobody else's, and not in the log."""
    pinned = state.pinned.id if state.pinned and state.pinned.id not in gone else None
    return {
        "chat": [(one.id, one.text) for one in state.chat if one.id not in gone],
        "pinned": pinned,
        "polls": [
            (one.id, one.phase, one.published, one.voters if one.phase == "closed" else None,
             one.counts if one.published else None)
            for one in state.polls
        ],
    }  # fmt: skip


def test_the_page_brings_its_program_and_no_other(people: People, session: Session) -> None:
    page = signed_in(people.member, "en").get(pages(session)[0]).content.decode()
    assert "build/replay.js" in page
    assert "build/hls.js" in page  # named in the data, loaded when it is needed
    assert (
        page.count('<script type="module"') == 4
    )  # every page's, the words (also of courses), its own
    room = Client()
    room.force_login(people.member)
    entered = room.get(f"/classes/{session.code}/room/").content.decode()
    assert "replay.js" not in entered


def test_a_page_gets_a_lease_and_a_second_page_asks_first(people: People, session: Session) -> None:
    address = f"/classes/{session.code}/replay/lease/"
    for who, expected in (("outsider", 403), ("anonymous", 302)):
        assert signed_in(people.everybody[who]).post(address).status_code == expected
    page = signed_in(people.member)
    assert page.get(address).status_code == 405
    sealed = page.post(address, {}, content_type="application/json").json()["lease"]
    lease = verify(sealed, LessonLease, settings_module.SECRET_KEY.encode(), time.time())
    assert (lease.member, lease.lesson) == (people.member.pk, 0)
    assert Lease.objects.get(pk=lease.lease).session == session
    other = signed_in(people.member).post(address, {}, content_type="application/json")
    assert (other.status_code, other.json()) == (409, {"code": "playing_elsewhere"})
    wish = {"take_over": True}
    assert page.post(address, wish, content_type="application/json").status_code == 200
    reloaded = page.post(address, {"own": sealed}, content_type="application/json")
    assert reloaded.status_code == 409  # its lease has been taken over
    assert page.post(address, "x", content_type="application/json").status_code == 400
    assert Lease.objects.filter(closed_at__isnull=True).count() == 1
