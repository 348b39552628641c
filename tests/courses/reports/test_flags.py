"""What is noticed, who looks into it, and that nothing hangs on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from courses.catalog.models import Lesson
from courses.completion.models import Progress
from courses.credits.models import ViewLog
from courses.quizzes import actions as quizzes
from courses.quizzes.models import Attempt, Question, Quiz
from courses.quizzes.papers import Answers
from courses.reports.flags import actions, noticing, queries
from courses.reports.flags.models import Doubt, Flag, FlagPerson, Sheet
from members.accounts.models import Member
from members.units.actions import give_role
from tests.courses.quizzes.school import make_lesson, make_quiz, right_answers
from tests.courses.test_watching import HOUR, Page
from tests.people import People, signed_in

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MANY = noticing.UNBELIEVED


@pytest.fixture
def quiz(people: People) -> Quiz:
    return make_quiz(people.host, attempts=None, minutes=None, pass_permille=300)


@pytest.fixture
def film(people: People) -> int:
    lesson: Lesson = make_lesson(people.host, "AQ-102")
    Lesson.objects.filter(pk=lesson.pk).update(kind="video")
    return lesson.pk


def sit(quiz: Quiz, who: Member, wrong: tuple[str, ...] = (), seconds: float = 300,
        at: datetime = NOW) -> Attempt:  # fmt: skip
    """An attempt of ``who`` that took so long; the questions ``wrong`` get one wrong answer."""
    attempt = quizzes.start(who, quiz, at)
    answers = right_answers(attempt)
    for place, asked in enumerate(quizzes.queries.paper_of(attempt)):
        if asked.entry.question in _questions(wrong):
            answers[place] = _wrong(answers, place, asked.entry.order)
    return quizzes.submit(who, attempt.pk, answers, at + timedelta(seconds=seconds))


def _questions(codes: tuple[str, ...]) -> set[int]:
    return set(Question.objects.filter(code__in=codes).values_list("pk", flat=True))


def _wrong(answers: Answers, place: int, order: tuple[int, ...]) -> int | str | list[int]:
    right = answers[place]
    if isinstance(right, str):
        return "9"
    if isinstance(right, list):
        return [order.index(0)] if len(order) == 4 else list(reversed(right))
    return order.index(2) if len(order) == 3 else 1 - int(right or 0)


# ---- watching


def claim(member: Member, film: int, times: int, at: datetime = NOW) -> Page:
    """A page that claims the same whole hour again and again, in no time."""
    page = Page(member.pk, film, at)
    for _ in range(times):
        page.play(at + timedelta(seconds=5), (0, HOUR))
    return page


def test_claims_beyond_the_clock_raise_one_flag_a_day(people: People, film: int) -> None:
    claim(people.member, film, 1)
    claim(people.member, film, 2, NOW + timedelta(minutes=1))
    flag = Flag.objects.get()
    assert (flag.kind, flag.lesson_id, str(flag.day)) == ("claims", film, "2026-11-23")
    assert 3 * 3600 - 90 < flag.seconds < 3 * 3600
    assert [one.member for one in flag.people.all()] == [people.member]
    claim(people.member, film, 1, NOW + timedelta(days=1))
    assert Flag.objects.count() == 2


def test_nothing_is_noticed_of_who_watches(people: People, film: int) -> None:
    page = Page(people.member.pk, film, NOW)
    for minute in range(30):
        page.play(NOW + timedelta(minutes=minute + 1), (minute * 600, (minute + 1) * 600))
    assert not Doubt.objects.exists()


def test_the_edge_of_what_is_noticed(people: People, film: int) -> None:
    page = Page(people.member.pk, film, NOW)
    burst = 200  # ticks that are believed at once
    page.play(NOW, (0, burst + 10 * MANY - 1))
    assert Doubt.objects.get().ticks == 10 * MANY - 1
    assert not Flag.objects.exists()
    page.play(NOW, (0, 1))
    assert Flag.objects.get().seconds == MANY


def test_what_was_believed_stays(people: People, film: int) -> None:
    claim(people.member, film, 3)
    row = Progress.objects.get(member=people.member)
    flag = Flag.objects.get()
    actions.settle(people.admin, flag.pk, "again", "请重看一遍")
    assert Progress.objects.get(member=people.member).covered == row.covered > 0


# ---- quizzes


def test_a_paper_faster_than_it_can_be_read(people: People, quiz: Quiz) -> None:
    slow = sit(quiz, people.assistant, seconds=18)
    quick = sit(quiz, people.member, seconds=17)
    assert actions.look_at_attempts(NOW + timedelta(minutes=1)) == 2
    flag = Flag.objects.get()
    assert (flag.kind, flag.seconds, flag.questions) == ("quick", 17, 6)
    assert [one.attempt for one in flag.people.all()] == [quick]
    assert quick.passed
    assert slow.passed
    assert actions.look_at_attempts(NOW + timedelta(minutes=2)) == 0
    assert Flag.objects.count() == 1


def test_blank_and_failed_papers_are_quick_for_a_reason(people: People, quiz: Quiz) -> None:
    attempt = quizzes.start(people.member, quiz, NOW)
    quizzes.submit(people.member, attempt.pk, {}, NOW + timedelta(seconds=1))
    actions.look_at_attempts(NOW + timedelta(minutes=1))
    assert not Flag.objects.exists()


def test_three_papers_alike_in_what_is_wrong(people: People, quiz: Quiz) -> None:
    wrong = ("S1", "N1")
    sit(quiz, people.member, wrong)
    sit(quiz, people.member, wrong, at=NOW + timedelta(hours=1))  # one person twice is one person
    sit(quiz, people.assistant, wrong)
    actions.look_at_attempts(NOW + timedelta(hours=2))
    assert not Flag.objects.exists(), "two may be chance"
    sit(quiz, people.outsider, wrong, at=NOW + timedelta(hours=2))
    actions.look_at_attempts(NOW + timedelta(hours=3))
    flag = Flag.objects.get()
    assert (flag.kind, flag.questions, flag.wrong) == ("alike", 6, 2)
    assert {one.member for one in flag.people.all()} == {
        people.member, people.assistant, people.outsider,
    }  # fmt: skip
    seeds = {one.seed for one in Attempt.objects.all()}
    assert len(seeds) == 4, (
        "options stood in other orders and the answers are the same all the same"
    )


def test_a_fourth_joins_an_open_flag_and_not_a_settled_one(people: People, quiz: Quiz) -> None:
    wrong = ("S1", "N1")
    for who in (people.member, people.assistant, people.outsider):
        sit(quiz, who, wrong)
    actions.look_at_attempts(NOW + timedelta(hours=1))
    sit(quiz, people.admin, wrong)
    actions.look_at_attempts(NOW + timedelta(hours=2))
    flag = Flag.objects.get()
    assert flag.people.count() == 4
    FlagPerson.objects.filter(member=people.admin).delete()
    actions.settle(people.admin, flag.pk, "explained", "同桌学习")
    sit(quiz, people.host, wrong)
    actions.look_at_attempts(NOW + timedelta(hours=3))
    assert Flag.objects.count() == 1, "one more, beside those who explained it"


def test_right_answers_are_alike_because_they_are_right(people: People, quiz: Quiz) -> None:
    for who in (people.member, people.assistant, people.outsider, people.admin):
        sit(quiz, who, ("S1",))
    actions.look_at_attempts(NOW + timedelta(hours=1))
    assert not Flag.objects.exists()
    assert set(Sheet.objects.values_list("digest", flat=True)) == {""}


def test_what_is_open_or_long_past_is_not_looked_at(people: People, quiz: Quiz) -> None:
    quizzes.start(people.member, quiz, NOW)
    sit(quiz, people.assistant, seconds=5)
    assert actions.look_at_attempts(NOW + timedelta(days=8)) == 0
    assert not Flag.objects.exists()


# ---- people


@pytest.fixture
def flag(people: People, film: int) -> Flag:
    claim(people.member, film, 1)
    return Flag.objects.get()


def test_who_may_look(people: People, flag: Flag) -> None:
    for role, who in people.everybody.items():
        wanted = 302 if who is None else 200 if role == "admin" else 403
        for address in ("/board/flags/", f"/board/flags/{flag.pk}/"):
            assert signed_in(who).get(address).status_code == wanted, (role, address)
        mine = 302 if who is None else 200 if role == "member" else 403
        assert signed_in(who).get(f"/board/flags/{flag.pk}/mine/").status_code == mine, role
    give_role(people.crew, people.assistant.pk, "leader")
    assert signed_in(people.assistant).get("/board/flags/").status_code == 403
    give_role(people.crew, people.outsider.pk, "admin")
    assert signed_in(people.outsider).get(f"/board/flags/{flag.pk}/").status_code == 200
    assert signed_in(people.outsider).get("/board/flags/999/").status_code == 403


def test_nobody_settles_what_is_about_herself(people: People, flag: Flag) -> None:
    give_role(people.crew, people.member.pk, "admin")
    assert signed_in(people.member).get(f"/board/flags/{flag.pk}/").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.settle(people.member, flag.pk, "explained", "好")


def test_people_outside_ones_units_are_a_number(people: People, quiz: Quiz) -> None:
    for who in (people.member, people.assistant, people.outsider):
        sit(quiz, who, ("S1", "N1"))
    actions.look_at_attempts(NOW + timedelta(hours=1))
    give_role(people.crew, people.host.pk, "admin")
    [row] = queries.shown(people.host, list(queries.reviewable(people.host)))
    assert people.member in [one.member for one in row.people]
    assert row.others == 3 - len(row.people) > 0
    said = signed_in(people.host, "en").get(f"/board/flags/{row.flag.pk}/").content.decode()
    assert people.outsider.staff_no not in said
    assert "outside your units" in said


def test_from_noticing_to_settling(people: People, flag: Flag) -> None:
    mine, admin = signed_in(people.member, "en"), signed_in(people.admin, "en")
    assert "Say what happened" in mine.get("/record/").content.decode()
    empty = mine.post(f"/board/flags/{flag.pk}/mine/", {"text": " "})
    assert empty.status_code == 422
    mine.post(f"/board/flags/{flag.pk}/mine/", {"text": "手机留在休息室播放"})
    page = admin.get(f"/board/flags/{flag.pk}/").content.decode()
    assert "手机留在休息室播放" in page
    assert "/record/1013/courses/AQ-102/" in page
    look = ViewLog.objects.get(viewer=people.admin, subject=people.member, what="flag")
    assert look.times >= 1
    assert admin.post(f"/board/flags/{flag.pk}/", {"decision": "explained"}).status_code == 422
    assert (
        admin.post(f"/board/flags/{flag.pk}/", {"decision": "punish", "answer": "x"}).status_code
        == 422
    )
    done = {"decision": "explained", "answer": "属实"}
    assert admin.post(f"/board/flags/{flag.pk}/", done).status_code == 302
    record = mine.get("/record/").content.decode()
    assert "属实" in record
    assert "Say what happened" not in record
    with pytest.raises(actions.Settled):
        actions.settle(people.admin, flag.pk, "again", "again")
    with pytest.raises(actions.Settled):
        actions.say(people.member, flag.pk, "later")
    assert queries.waiting(people.admin) == 0
    assert "属实" in admin.get("/board/flags/?state=settled").content.decode()


def test_the_database_holds_that_it_is_settled_by_somebody(flag: Flag) -> None:
    for fields in ({"outcome": "explained"}, {"answer": "x"}, {"kind": "guess"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Flag.objects.filter(pk=flag.pk).update(**fields)


def test_it_is_forgotten_in_time(people: People, flag: Flag, quiz: Quiz) -> None:
    sit(quiz, people.assistant)
    actions.look_at_attempts(NOW + timedelta(hours=1))
    actions.settle(people.admin, flag.pk, "explained", "好")
    actions.forget(NOW + timedelta(days=91))
    assert not Sheet.objects.exists()
    assert not Doubt.objects.exists()
    assert Flag.objects.filter(pk=flag.pk).exists()
    Flag.objects.update(settled_at=NOW)
    actions.forget(NOW + timedelta(days=731))
    assert not Flag.objects.exists()
