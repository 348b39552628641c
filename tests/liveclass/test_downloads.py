"""Who may keep what of a class, in whole and in part, and what is left out of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.activities.models import Session
from liveclass.chat.models import Message
from liveclass.recordings.models import Edition, Hidden, Recording, RecordingState
from liveclass.rooms.actions import schedule_class
from liveclass.rooms.models import Room
from tests.people import People, make_people, signed_in
from tests.replays import Take, make_recording


@pytest.fixture
def people(db: None) -> People:
    return make_people()


@pytest.fixture
def session(people: People, tmp_path: Path, settings: Any) -> Session:
    """A class that is over, with a second of sound and two lines of chat, one of them hidden."""
    settings.MEDIA_RECORDINGS = tmp_path
    began = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    made = schedule_class(
        created_by=people.host, title="锅炉", starts_at=began, minutes=60,
        lecturer=people.host, assistants=[people.assistant], audience_units=[people.crew],
    )  # fmt: skip
    ended = began + timedelta(hours=1)
    Room.objects.filter(session=made).update(state="ended", started_at=began, ended_at=ended)
    run = int(began.timestamp() * 1000)
    Recording.objects.create(
        room=made.room, run=run, started_by=people.host, started_at=began, ended_at=ended,
        state=RecordingState.ENDED,
    )  # fmt: skip
    make_recording(tmp_path / made.code / str(run), run, [Take("camera", "audio", 0, 1)])
    for minute, text in enumerate(("早", "说错了", "好")):
        line = Message.objects.create(
            room=made.room, author=people.member, author_role="member", text=text,
            at=began + timedelta(minutes=minute * 20),
        )  # fmt: skip
        if text == "说错了":
            Hidden.objects.create(room=made.room, message=line, by=people.host, at=ended)
    return Session.objects.select_related("room").get(pk=made.pk)


def allow(session: Session) -> None:
    Edition.objects.create(room=session.room, downloads=True)


def link(session: Session, client: Client) -> str:
    [found] = client.get(f"/classes/{session.code}/downloads/").context["tracks"]
    return f"/classes/{session.code}/downloads/{found.file}"


@pytest.mark.parametrize("allowed", [False, True])
def test_who_may_keep_it(session: Session, people: People, allowed: bool) -> None:
    if allowed:
        allow(session)
    file = link(session, signed_in(people.host, "en"))
    start = f"/classes/{session.code}/downloads/"
    for who, person in people.everybody.items():
        yes = who in ("host", "assistant", "admin") or (allowed and who == "member")
        client = signed_in(person, "en")
        for page in (start, f"{start}chat.txt", file):
            answer = client.get(page)
            assert answer.status_code == (200 if yes else 302 if person is None else 403), who
            assert b"".join(answer) or person is None  # type: ignore[arg-type]


def test_a_part_of_a_file_and_a_strange_name(session: Session, people: People) -> None:
    client = signed_in(people.host, "en")
    file = link(session, client)
    whole = b"".join(client.get(file))  # type: ignore[arg-type]
    part = client.get(file, headers={"range": "bytes=4-7"})
    assert part.status_code == 206
    assert b"".join(part) == whole[4:8]  # type: ignore[arg-type]
    assert part["Content-Disposition"].startswith("attachment")
    for name in ("index.json", "9-camera-audio.mp4", "..%2Findex.json"):
        assert client.get(f"/classes/{session.code}/downloads/{name}").status_code == 404


def text(client: Client, session: Session) -> str:
    answer = client.get(f"/classes/{session.code}/downloads/chat.txt")
    return b"".join(answer).decode()  # type: ignore[arg-type]


def test_the_chat_leaves_out_what_is_hidden_and_what_is_cut(
    session: Session, people: People
) -> None:
    allow(session)
    host, member = signed_in(people.host, "en"), signed_in(people.member, "en")
    file = link(session, host)
    assert [line[-1] for line in text(member, session).splitlines()] == ["早", "好"]
    Session.objects.filter(pk=session.pk).update(shown_from=600, shown_to=3600)
    assert [line[-1] for line in text(member, session).splitlines()] == ["好"]
    assert [line[-1] for line in text(host, session).splitlines()] == ["早", "好"]
    assert member.get(file).status_code == 404
    assert "not downloaded" in member.get(f"/classes/{session.code}/downloads/").content.decode()
    kept = host.get(file)
    assert kept.status_code == 200
    assert b"".join(kept)  # type: ignore[arg-type]


def test_nothing_is_kept_of_a_class_that_runs(session: Session, people: People) -> None:
    allow(session)
    Room.objects.filter(session=session).update(state="live", ended_at=None)
    client = signed_in(people.host, "en")
    assert client.get(f"/classes/{session.code}/downloads/").status_code == 403
