"""Reminders: the right people, in their language, once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from liveclass import jobs, worker
from liveclass.health import health
from liveclass.rooms import reminders
from members.accounts.models import Member
from tests.liveclass.world import World


@pytest.fixture(autouse=True)
def empty_queue() -> Iterator[None]:
    HUEY.storage.flush_all()
    yield
    HUEY.storage.flush_all()


def give_address(*members: Member) -> None:
    for member in members:
        member.email = f"{member.staff_no.lower()}@works.example"
        member.save()


def move(world: World, minutes: float) -> None:
    world.session.starts_at = timezone.now() + timedelta(minutes=minutes)
    world.session.save()


def test_a_class_is_due_once_in_its_last_ten_minutes(world: World) -> None:
    move(world, 11)
    assert reminders.due(timezone.now()) == []
    move(world, 9.9)
    assert reminders.due(timezone.now()) == [world.session]
    assert reminders.due(timezone.now()) == []


def test_a_class_that_was_moved_is_due_again(world: World) -> None:
    move(world, 5)
    assert reminders.due(timezone.now())
    move(world, 8)
    assert reminders.due(timezone.now())


def test_marks_of_classes_long_over_are_dropped(world: World) -> None:
    move(world, 5)
    now = timezone.now()
    assert reminders.due(now)
    HUEY.put("another result", 1)
    assert reminders.forget(now + timedelta(hours=23)) == 0
    assert reminders.due(now) == [], "still known"
    assert reminders.forget(now + timedelta(days=2)) == 1
    assert list(HUEY.all_results()) == ["another result"]


def test_the_daily_job_drops_them(world: World) -> None:
    HUEY.put("reminded:1:1000000000", True)
    jobs.clean_up()
    assert HUEY.all_results() == {}


def test_a_class_that_runs_already_is_not_due(world: World) -> None:
    move(world, 5)
    world.start()
    assert reminders.due(timezone.now()) == []


def test_only_those_who_are_expected_and_can_be_reached_are_reminded(world: World) -> None:
    people = world.people
    give_address(people["host"], people["assistant"], people["ann"], people["stranger"])
    people["assistant"].is_active = False
    people["assistant"].save()
    assert reminders.people(world.session) == sorted([people["host"].pk, people["ann"].pk])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_mail_is_in_the_language_of_its_reader(world: World, language: str) -> None:
    ann = world.people["ann"]
    ann.language = language
    give_address(ann)
    assert reminders.send(world.session.pk, ann.pk)
    [letter] = mail.outbox
    assert letter.to == [ann.email]
    assert world.session.activity.title in letter.subject
    assert f"/classes/{world.code}/" in letter.body
    assert ("北京时间（UTC+8）" if language == "zh-hans" else "Beijing time (UTC+8)") in letter.body
    assert ("Enter class" in letter.body) == (language == "en")


def test_a_title_cannot_smuggle_a_header_into_the_mail(world: World) -> None:
    give_address(world.people["ann"])
    world.session.activity.title = "Winter\r\nBcc: all@works.example"
    world.session.activity.save()
    assert reminders.send(world.session.pk, world.people["ann"].pk)
    assert "\n" not in mail.outbox[0].subject


def test_what_is_gone_meanwhile_is_not_written_to(world: World) -> None:
    ann = world.people["ann"]
    assert not reminders.send(world.session.pk, ann.pk)
    give_address(ann)
    move(world, -1)
    assert not reminders.send(world.session.pk, ann.pk)
    assert mail.outbox == []


def test_the_clock_queues_one_job_per_person_and_the_worker_sends_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_address(world.people["host"], world.people["ann"], world.people["bob"])
    move(world, 5)
    remind_now: Callable[[], None] = jobs.remind_of_classes
    remind_now()
    remind_now()
    assert HUEY.pending_count() == 3


def test_a_task_takes_only_json(db: None) -> None:
    with pytest.raises(TypeError):
        jobs.remind.enqueue(object(), 1)  # type: ignore[arg-type]
    receipt = jobs.remind.enqueue(1, 2)
    assert receipt.id
    assert HUEY.pending_count() == 1


def test_health_names_what_is_not_well(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.beat_file().unlink(missing_ok=True)
    monkeypatch.setattr("django.conf.settings.MEDIA_URL_INTERNAL", "http://127.0.0.1:9")
    told = health()
    assert told["ok"] is False
    assert json.loads(json.dumps(told))["parts"] == {
        "database": "ok", "media": "not reachable", "worker": "no sign of life",
    }  # fmt: skip
    worker.beat_file().touch()
    assert health()["parts"]["worker"] == "ok"  # type: ignore[index]
    worker.beat_file().unlink()


def test_a_silent_worker_is_not_alive() -> None:
    worker.beat_file().touch()
    changed = worker.beat_file().stat().st_mtime
    assert worker.is_alive(changed + worker.STALE_SECONDS - 1)
    assert not worker.is_alive(changed + worker.STALE_SECONDS + 1)
    worker.beat_file().unlink()
