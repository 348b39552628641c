"""Slides over HTTP: who may send and fetch them, what becomes of bad files, what is never given."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client, TestCase
from django.utils import timezone
from pypdf import PdfReader

from courses.uploads import store as bytes_store
from liveclass.lectern import actions, jobs, office, pages
from liveclass.removal import actions as removal
from liveclass.slides import actions as slides
from liveclass.slides.models import Deck
from tests.liveclass.decks import make_deck
from tests.liveclass.world import World
from tests.people import signed_in
from tests.slide_files import bomb, endless, talk


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The worker does what is queued when it is queued; files are this test's own.

    To look into a file no process is started but where that is what is tested: it takes its time.
    """
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(type(jobs.make_ready), "enqueue", lambda self, *args: self.call(*args))
    monkeypatch.setattr(jobs, "_looked_into", pages.make)


LOOKED_INTO = jobs._looked_into


def base(world: World) -> str:
    return f"/classes/{world.code}/slides/"


def send(world: World, data: bytes, name: str = "a.pdf", who: str = "host") -> dict[str, Any]:
    """Send a file whole; what is said of it at the end."""
    page = signed_in(world.people[who])
    said = page.post(base(world), {"name": name, "size": len(data)})
    if said.status_code != 201:
        return dict(said.json())
    url = said.json()["url"]
    with TestCase.captureOnCommitCallbacks(execute=True):
        patch(page, url, 0, data)
    return dict(page.get(url).json())


def put(world: World, deck: int) -> None:
    """On the stage of a live class."""
    world.start()
    world.do(slides.show, world.host, deck)


def patch(page: Client, url: str, offset: int, data: bytes) -> Any:
    return page.patch(
        url, data, content_type="application/offset+octet-stream",
        headers={"Upload-Offset": str(offset)},
    )  # fmt: skip


def status(answer: HttpResponseBase) -> int:
    if answer.streaming:
        body(answer)  # read to its end, it is closed
    return answer.status_code


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_a_pdf_is_taken_looked_into_and_served(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_looked_into", LOOKED_INTO)
    said = send(world, talk(3))
    assert (said["state"], said["pages"], said["code"]) == ("ready", 3, "")
    put(world, said["deck"])
    answer = signed_in(world.people["host"]).get(said["url"] + "slides.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(body(answer))).pages) == 3


def test_nobody_is_given_what_was_not_shown(world: World) -> None:
    said = send(world, talk(4))
    ann, file = signed_in(world.people["ann"]), said["url"] + "slides.pdf"
    assert ann.get(file).status_code == 404  # not on the stage yet
    put(world, said["deck"])
    world.do(slides.turn, world.host, said["deck"], 2)
    for address in (file, file + "?to=2"):
        got = PdfReader(io.BytesIO(body(ann.get(address))))
        assert [page.extract_text() for page in got.pages] == ["Page 1", "Page 2"]
    assert len(PdfReader(io.BytesIO(body(ann.get(file + "?to=1")))).pages) == 1
    for to in ("3", "0", "99"):
        assert ann.get(f"{file}?to={to}").status_code == 404
    beyond = ann.get(file, headers={"Range": "bytes=0-99999999"})
    body(beyond)
    ends = Deck.objects.get().ends
    assert beyond["Content-Range"] == f"bytes 0-{ends[1] - 1}/{ends[1]}"
    world.do(slides.permit, world.host, said["deck"], True)
    assert len(PdfReader(io.BytesIO(body(ann.get(file)))).pages) == 4


def test_before_the_class_members_are_given_nothing(world: World) -> None:
    said = send(world, talk(3))
    world.do(slides.show, world.host, said["deck"])
    ann, file = signed_in(world.people["ann"]), said["url"] + "slides.pdf"
    assert ann.get(file).status_code == 404
    assert signed_in(world.people["host"]).delete(said["url"]).json()["code"] == "shown"
    world.start()
    assert status(ann.get(file)) == 200


def test_every_beginning_is_a_document(world: World) -> None:
    said = send(world, talk(5, padding=50_000))
    whole = (settings.DATA_DIR / "slides" / said["url"].split("/")[-2] / "slides.pdf").read_bytes()
    ends = Deck.objects.get().ends
    for number, end in enumerate(ends, 1):
        found = PdfReader(io.BytesIO(whole[:end]), strict=True)
        assert len(found.pages) == number
        assert found.pages[-1].extract_text() == f"Page {number}"
    # what all pages need comes once, so that turning a page costs next to nothing
    assert ends[0] > 50_000
    assert max(later - before for before, later in pairwise(ends)) < 2_000


@pytest.mark.parametrize("who", ["ann", "stranger", "admin", "host", "assistant", None])
def test_who_may_send_and_who_may_look(world: World, who: str | None) -> None:
    said = send(world, talk(2))
    put(world, said["deck"])
    page = signed_in(world.people[who] if who else None)
    wrong = {"ann": 403, "stranger": 403, None: 401}.get(who)
    assert page.get(base(world)).status_code == (wrong or 200)
    new = page.post(base(world), {"name": "b.pdf", "size": 10})
    assert new.status_code == (wrong or 201)
    assert page.get(said["url"]).status_code == (wrong or 200)
    assert patch(page, said["url"], 0, b"x").status_code == (wrong or 409)
    assert page.delete(said["url"]).status_code == (wrong or 409)  # it was shown
    inside = {"stranger": 403, None: 401}.get(who, 200)
    for name in ("slides.pdf", "1.json"):
        assert status(page.get(said["url"] + name)) == inside


def test_who_was_sent_out_fetches_nothing(world: World) -> None:
    said = send(world, talk(1))
    put(world, said["deck"])
    world.do(removal.remove_member, world.host, world.ann.member)
    for name in ("slides.pdf", "1.json"):
        answer = signed_in(world.people["ann"], "en").get(said["url"] + name)
        assert (answer.status_code, answer.json()["code"]) == (403, "removed")


def test_slides_stay_for_the_replay(world: World) -> None:
    said = send(world, talk(2))
    put(world, said["deck"])
    world.end()
    for who, expected in (("ann", 200), ("stranger", 403)):
        answer = signed_in(world.people[who]).get(said["url"] + "slides.pdf")
        assert status(answer) == expected
    assert send(world, talk(1))["code"] == "class_ended"


def test_what_is_drawn_on_earlier_pages(world: World) -> None:
    deck = make_deck(world, folder="8a6e0804-2bd0-4672-b79d-d97027f9071a")
    put(world, deck)
    world.do(slides.draw, world.host, deck, 1, "pen", 2, [1, 2, 3, 4])
    world.do(slides.turn, world.host, deck, 2)
    ann = signed_in(world.people["ann"])
    address = base(world) + "8a6e0804-2bd0-4672-b79d-d97027f9071a/"
    [line] = json.loads(ann.get(address + "1.json").content)
    assert (line["tool"], line["colour"], line["points"]) == ("pen", 2, [1, 2, 3, 4])
    assert ann.get(address + "3.json").status_code == 404


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (talk(2, password="secret"), "encrypted"),
        (b"PK\x03\x04 a picture or anything", "no_pdf"),
        (b"%PDF-1.7 and nothing more", "broken"),
        (talk(9)[:2000], "broken"),
        (talk(201), "too_long"),
        (bomb(), "too_heavy"),
        (endless(), "broken"),
    ],
    ids=["encrypted", "mislabelled", "empty", "cut", "long", "bomb", "endless"],
)
def test_bad_files_are_refused_with_a_reason(world: World, data: bytes, code: str) -> None:
    said = send(world, data)
    assert (said["state"], said["code"]) == ("failed", code)
    assert len(said["message"]) > 10
    assert not list((settings.DATA_DIR / "slides").glob("*"))
    assert not list((settings.DATA_DIR / "arriving").glob("*"))


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("a.exe", "10", "wrong_kind"),
        ("pdf", "10", "wrong_kind"),
        ("a.pdf", "0", "empty"),
        ("a.pdf", str(101 * 1024**2), "too_large"),
        ("a.pdf", "-1", "malformed"),
        ("a.pdf", "many", "malformed"),
    ],
)
def test_what_cannot_be_right_is_not_begun(world: World, name: str, size: str, code: str) -> None:
    page = signed_in(world.people["host"], "en")
    answer = page.post(base(world), {"name": name, "size": size})
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code
    assert not Deck.objects.exists()


def test_who_looks_into_files_has_little_memory(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_looked_into", LOOKED_INTO)
    monkeypatch.setattr(pages, "MEMORY", 24 * 1024**2)
    assert send(world, talk(1))["code"] == "too_heavy"


def test_parts_come_in_order_and_not_too_many(world: World) -> None:
    page, data = signed_in(world.people["host"]), talk(1)
    url = page.post(base(world), {"name": "a.pdf", "size": len(data)}).json()["url"]
    assert patch(page, url, 5, b"x").json()["code"] == "offset"
    assert patch(page, url, 0, data + b"more").json()["code"] == "too_much"
    assert patch(page, url, 0, data[:100]).json()["offset"] == 100
    assert patch(page, url, 0, data[:100]).json()["code"] == "offset"
    assert page.patch(url, data).json()["code"] == "malformed"
    with TestCase.captureOnCommitCallbacks(execute=True):
        patch(page, url, 100, data[100:])
    assert page.get(url).json()["state"] == "ready"


def test_a_class_has_room_for_so_many_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "DECKS_PER_ROOM", 1)
    assert send(world, talk(1))["state"] == "ready"
    assert send(world, talk(1))["code"] == "too_many"
    page, url = signed_in(world.people["host"]), base(world) + f"{Deck.objects.get().folder}/"
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert page.delete(url).status_code == 204
    assert page.get(url).json()["code"] == "unknown"
    assert not list((settings.DATA_DIR / "slides").glob("*"))


def test_what_never_arrived_is_swept(world: World) -> None:
    page = signed_in(world.people["host"])
    url = page.post(base(world), {"name": "a.pdf", "size": 10}).json()["url"]
    patch(page, url, 0, b"12345")
    assert actions.sweep() == 0
    Deck.objects.update(changed_at=timezone.now() - actions.KEPT * 2)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert actions.sweep() == 1
    assert not list(bytes_store.arriving("x").parent.glob("*"))


def test_a_worker_that_died_leaves_nothing_behind(world: World) -> None:
    deck = Deck.objects.get(pk=make_deck(world, state="checking", pages=0, ends=[]))
    assert jobs.take_up() == 0
    Deck.objects.update(changed_at=timezone.now() - jobs.STUCK * 2)
    assert jobs.take_up() == 1
    deck.refresh_from_db()
    assert (deck.state, deck.error) == ("failed", "lost")


# ---- office files


def test_without_libreoffice_there_is_a_hint(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert office.program() is None
    assert send(world, b"PK", "Winter.PPTX")["code"] == "no_office"
    assert signed_in(world.people["host"]).get(base(world)).json()["accept"] == ".pdf"


@pytest.mark.parametrize(
    ("script", "state", "code"),
    [
        ("cp {pdf} $out/slides.pdf", "ready", ""),
        ("exit 1", "failed", "not_converted"),
        ("true", "failed", "not_converted"),
        ("echo no pdf > $out/slides.pdf", "failed", "no_pdf"),
        ("sleep 60 & sleep 60", "failed", "not_converted"),
    ],
    ids=["made", "refused", "nothing", "rubbish", "slow"],
)
def test_office_files_are_converted(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, state: str,
    code: str,
) -> None:  # fmt: skip
    """With a program in the place of LibreOffice that is called as LibreOffice is."""
    (tmp_path / "made.pdf").write_bytes(talk(2))
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    find = 'while [ "$1" != --outdir ]; do shift; done; out=$2; mkdir -p "$out"; test -f "$3"'
    script = script.replace("{pdf}", str(tmp_path / "made.pdf"))
    program.write_text(f"#!/bin/sh\n{find} || exit 9\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    if "sleep" in script:
        monkeypatch.setattr(office, "SECONDS", 1)
    said = send(world, b"PK\x03\x04 slides", "Winter.pptx")
    assert (said["state"], said["code"]) == (state, code)
