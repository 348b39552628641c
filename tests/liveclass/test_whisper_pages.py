"""The pages of whispers, who may open which, and the two who may open a reported one together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as post
from django.test import Client
from django.utils import timezone

from liveclass.whisper import actions, answering, queries, reports, vault
from liveclass.whisper.models import Whisper, WhisperReport, WhisperThread
from members.accounts.models import Member
from tests.liveclass.world import World, make_member, refused

WORDS = "夜班只有两个人时，监护人由谁担任？"
EVERYBODY = ("host", "assistant", "ann", "bob", "stranger", "admin")


@pytest.fixture
def thread(world: World, monkeypatch: pytest.MonkeyPatch) -> WhisperThread:
    """Ann's anonymous letter to the lecturer."""
    monkeypatch.setattr(queries, "CROWD", 2)
    world.start()
    world.do(actions.send, world.ann, world.host.member, WORDS, True)
    return WhisperThread.objects.get()


def browser(world: World, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[name])
    return client


def address(world: World, name: str, thread: WhisperThread) -> str:
    """Of a thread, as ``name`` calls it."""
    handle = vault.handles(thread.pk, world.people[name].pk)[0]
    return f"/classes/{world.code}/whispers/{handle}/"


def statuses(world: World, path: str) -> dict[str, int]:
    return {name: browser(world, name).get(path).status_code for name in EVERYBODY}


def test_who_opens_which_page(world: World, thread: WhisperThread) -> None:
    own = f"/classes/{world.code}/whispers/"
    inside = dict.fromkeys(("host", "assistant", "ann", "bob", "admin"), 200)
    assert statuses(world, f"{own}box.json") == {**inside, "stranger": 403}
    for name in ("host", "ann"):
        # each side calls the thread differently, and nobody else may use the name
        path = address(world, name, thread)
        handle = path.split("/")[-2]
        only = dict.fromkeys(EVERYBODY, 403) | {name: 200}
        assert statuses(world, f"{own}box.json?thread={handle}") == only
        assert browser(world, name).get(path).status_code == 200
        assert browser(world, "assistant").get(path).status_code == 403
    assert browser(world, "ann").get(f"{own}{thread.pk}/").status_code == 403
    for name in ("host", "admin"):
        assert browser(world, name).get("/whispers/reports/").status_code == 403
    assert Client().get(own)["Location"].startswith("/accounts/login/")
    assert Client().get(f"{own}box.json").status_code == 401
    assert browser(world, "ann").get("/classes/nowhere2/whispers/").status_code == 404


def test_nobody_else_finds_the_words_anywhere(world: World, thread: WhisperThread) -> None:
    own = f"/classes/{world.code}/"
    world.end()
    pages = ("", "whispers/", "whispers/box.json", "summary/", "summary/messages.csv")
    for name in ("assistant", "bob"):
        for page in pages:
            assert WORDS not in browser(world, name).get(own + page).content.decode()
    assert WORDS in browser(world, "host").get(address(world, "host", thread)).content.decode()


def test_a_thread_goes_on_without_a_program(world: World, thread: WhisperThread) -> None:
    path, hers = address(world, "host", thread), address(world, "ann", thread)
    host, ann = browser(world, "host"), browser(world, "ann")
    page = host.get(path).content.decode()
    assert "Anonymous member" in page
    assert world.people["ann"].name_latin not in page
    assert Whisper.objects.get().read_at is not None  # opened is read
    said = {"act": "answer", "text": "问得对。", "id": "a" * 36}
    for _ in range(2):  # a second press
        assert host.post(path, said).status_code == 302
    assert "问得对。" in ann.get(hers).content.decode()
    assert Whisper.objects.count() == 2
    host.post(path, {"act": "block"})
    refusal = ann.post(hers, {"act": "answer", "text": "x"})
    assert (refusal.status_code, Whisper.objects.count()) == (403, 2)
    assert "receives nothing more" in ann.get(hers).content.decode()
    host.post(path, {"act": "unblock"})
    assert ann.post(hers, {"act": "delete"})["Location"] == f"/classes/{world.code}/whispers/"
    assert not WhisperThread.objects.exists()


@pytest.mark.parametrize(
    "said", [{}, {"act": "unseal"}, {"act": "withdraw"}, {"act": "withdraw", "letter": "１"}]
)
def test_nonsense_is_not_found(world: World, thread: WhisperThread, said: dict[str, str]) -> None:
    path = address(world, "ann", thread)
    assert browser(world, "ann").post(path, said).status_code == 404


def seen_by_sender(world: World) -> Any:
    return queries.box(world.room, world.people["ann"]).threads


@pytest.fixture
def reported(world: World, thread: WhisperThread, settings: Any) -> WhisperReport:
    """The lecturer asks for help; the assistant, the stranger, the admin and ann are guardians."""
    names = ("assistant", "stranger", "ann")
    settings.WHISPER_GUARDIANS = [world.people[name].staff_no for name in names]
    world.heard.clear()
    before = seen_by_sender(world)
    world.do(reports.report, world.host, thread.pk, "辱骂")
    assert world.heard == []
    assert seen_by_sender(world) == before  # a report alone is no business of hers
    return WhisperReport.objects.get()


def agree(world: World, name: str, report: WhisperReport, grounds: str = "") -> int:
    path = f"/whispers/reports/{report.pk}/"
    said = {"act": "agree", "grounds": grounds}
    return browser(world, name).post(path, said).status_code


def test_two_guardians_open_a_thread_and_the_sender_is_told(
    world: World, thread: WhisperThread, reported: WhisperReport
) -> None:
    page = browser(world, "assistant").get("/whispers/reports/").content.decode()
    assert "辱骂" in page
    assert WORDS not in page
    assert agree(world, "assistant", reported) == 403  # not without a reason
    assert agree(world, "assistant", reported, "threats") == 302
    assert agree(world, "assistant", reported, "again") == 302  # the same person is not two
    reported.refresh_from_db()
    assert reported.opened_at is None
    for outsider in ("admin", "host", "bob"):
        assert agree(world, outsider, reported, "me") == 403
    assert agree(world, "stranger", reported) == 302
    for name in ("assistant", "stranger"):
        page = browser(world, name).get("/whispers/reports/").content.decode()
        assert WORDS in page
        assert "Ann" in page
    world.do(actions.answer, world.ann, thread.pk, "written after it")
    page = browser(world, "stranger").get("/whispers/reports/").content.decode()
    assert "written after it" not in page  # the line above the reply stays true
    told = browser(world, "ann").get(address(world, "ann", thread))
    text = told.content.decode()
    assert "threats" in text
    assert "Assistant and Stranger" in text
    # the recipient still does not know who it is
    shown = browser(world, "host").get(address(world, "host", thread))
    assert "Anonymous member" in shown.content.decode()
    assert ">Ann<" not in shown.content.decode()


def test_the_sender_is_no_guardian_of_her_own_thread(
    world: World, thread: WhisperThread, reported: WhisperReport
) -> None:
    page = browser(world, "ann").get("/whispers/reports/").content.decode()
    assert "Nothing was reported" in page
    assert agree(world, "ann", reported, "me") == 403


def test_a_third_guardian_is_shown_nothing(
    world: World, thread: WhisperThread, reported: WhisperReport, settings: Any
) -> None:
    third = make_member("third")
    settings.WHISPER_GUARDIANS.append(third.staff_no)
    world.people["third"] = third
    agree(world, "assistant", reported, "threats")
    agree(world, "stranger", reported)
    assert WORDS not in browser(world, "third").get("/whispers/reports/").content.decode()


def test_what_was_reported_is_kept_until_it_is_decided(
    world: World, thread: WhisperThread, reported: WhisperReport
) -> None:
    letter = thread.letters.get().pk
    assert refused(world, actions.delete, world.ann, thread.pk) == "whisper_held"
    assert refused(world, actions.withdraw, world.ann, letter) == "whisper_held"
    path = f"/whispers/reports/{reported.pk}/"
    assert browser(world, "stranger").post(path, {"act": "close"}).status_code == 302
    assert agree(world, "assistant", reported, "too late") == 403
    world.do(actions.delete, world.ann, thread.pk)
    assert not WhisperThread.objects.exists()


def test_only_the_recipient_reports(world: World, thread: WhisperThread) -> None:
    for who in (world.ann, world.assistant):
        assert refused(world, reports.report, who, thread.pk, "x") == "whisper_unknown"
    assert refused(world, reports.report, world.host, thread.pk, " ") == "text_empty"
    assert not WhisperReport.objects.exists()


@pytest.mark.parametrize(
    ("asked", "by"),
    [("2026-12-07", "12-10"), ("2026-12-09", "12-14"), ("2026-12-12", "12-16")],
)
def test_three_working_days(asked: str, by: str) -> None:
    noon = datetime.fromisoformat(f"{asked}T12:00:00+08:00")
    assert f"{answering.answer_by(noon, ZoneInfo('Asia/Shanghai')):%m-%d}" == by


def test_the_recipient_is_reminded_once_and_the_mail_says_nothing(
    world: World, thread: WhisperThread
) -> None:
    Member.objects.filter(pk=world.host.member).update(email="host@works.example", language="en")
    now = timezone.now()
    assert answering.due(now) == []
    later = now + answering.REMIND_AFTER
    [due] = answering.due(later)
    assert (due.session, due.recipient) == (world.session.pk, world.host.member)
    assert answering.due(later) == []
    assert answering.send(due.session, due.recipient)
    [mail] = post.outbox
    assert mail.to == ["host@works.example"]
    assert f"/classes/{world.code}/whispers/" in mail.body
    for word in (WORDS, "Ann", "ann"):
        assert word not in mail.subject + mail.body.replace("Anonymous", "")
    page = browser(world, "host").get(address(world, "host", thread)).content.decode()
    assert "Please answer by" in page
    assert answering.forget(later) == 0
    assert answering.forget(later + answering.TOO_OLD + timedelta(days=4)) == 1


def test_who_has_answered_is_not_reminded(world: World, thread: WhisperThread) -> None:
    world.do(actions.answer, world.host, thread.pk, "yes")
    assert answering.due(timezone.now() + answering.REMIND_AFTER) == []
