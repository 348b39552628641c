"""The demo's hours and its course with a film: enough of everything, and a chain that holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from courses.assignments.models import Assignment, Obligation
from courses.catalog.models import Course, Material
from courses.completion.models import Completion, Enrolment
from courses.credits.assess import assess
from courses.credits.certificates.models import Certificate
from courses.credits.models import CreditEntry, Requirement
from courses.credits.record.models import Correction
from courses.credits.sealing import verify
from liveclass.demo import lesson, year
from liveclass.demo.film import SECONDS
from liveclass.demo.load import Loaded
from members.accounts.models import Member
from tests.liveclass.pages.conftest import Visit
from tests.people import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 9)


def states(code: str, day: date) -> dict[str, str]:
    """Where everybody asked by ``code`` stands."""
    found = {}
    for member in Member.objects.all():
        for one in assess(member, day, DAY):
            if code in {layer.code for layer in one.layers}:
                found[member.staff_no] = one.result.state
    return found


def test_last_year_and_this_one_are_told(demo: Loaded) -> None:
    assert Requirement.objects.count() == len(year.REQUIREMENTS)
    before = states("H-01", date(2025, 12, 31))
    assert len(before) == 40
    behind = {number for number, state in before.items() if state == "not_met"}
    assert len(behind & year.BEHIND) >= 4
    assert list(before.values()).count("met") >= 28
    now = states("H-01", DAY)
    assert list(now.values()).count("met") >= 25
    safety = states("AQ-20", DAY)
    assert (len(safety), safety["1034"], safety["1048"]) == (57, "waived", "waived")
    assert list(safety.values()).count("met") >= 45
    newcomers = states("H-06", DAY)
    assert newcomers == {"1022": "met", "1040": "met", "1054": "not_met"}


def test_the_ledger_of_the_demo_is_sealed_and_whole(demo: Loaded) -> None:
    found = verify()
    assert (found.fault, found.unsealed) == ("", 0)
    assert found.head.number == CreditEntry.objects.count() > 1500
    assert CreditEntry.objects.filter(source_kind="manual").count() == len(year.BY_HAND)
    assert CreditEntry.objects.filter(source_kind="class", evidence__has_key="live").count() > 20


def test_there_is_something_to_answer_and_to_print(demo: Loaded) -> None:
    assert Certificate.objects.filter(source_id__startswith="demo").count() == 2
    assert Correction.objects.get().state == "open"
    secretary = Member.objects.get(staff_no="1011")
    page = signed_in(secretary, "en").get("/record/").content.decode()
    assert "still to be checked" in page


# ---- a course with a film


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path


def test_the_worker_makes_the_film_and_publishes(
    demo: Loaded,
    data_dir: Path,
    visit: Visit,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    course = Course.objects.get(code=lesson.CODE)
    assert course.state == "draft"
    with django_capture_on_commit_callbacks() as queued:
        call_command("demo", if_empty=True)
    assert len(queued) == 1, "asked for again as long as it is not there"
    for _ in range(2):
        lesson.film_for_demo.call()
    course.refresh_from_db()
    film = Material.objects.get(lesson__section__course=course)
    assert (course.state, film.state, film.length) == ("published", "ready", SECONDS * 10)
    assert (film.width, film.height) == (640, 360)
    assert (data_dir / "materials" / str(film.folder) / film.file).stat().st_size < 2_000_000
    assert Assignment.objects.filter(title=lesson.ASSIGNED).count() == 1
    assert Obligation.objects.filter(course=course).count() == 24
    with django_capture_on_commit_callbacks() as queued:
        lesson.ask_for_film()
    assert queued == []
    page = visit("1013").get(f"/courses/{lesson.CODE}/").content.decode()
    for title in ("泄漏时先看风向（短片）", "上岗前自己核对三件事", "五道题"):
        assert title in page


def test_some_have_completed_a_course_and_some_are_on_the_way(demo: Loaded) -> None:
    done = Completion.objects.filter(course__code="AQ-104").count()
    begun = Enrolment.objects.filter(course__code="AQ-104", completed_at=None, permille__gt=0)
    assert (done, begun.count()) == (11, 6)
