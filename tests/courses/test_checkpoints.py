"""Questions at times of a recording: set by the author, answered once, needed to complete it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from courses.catalog.models import Course, Lesson, Material, Section
from courses.checkpoints import actions
from courses.checkpoints.actions import answer, set_checkpoint
from courses.checkpoints.models import Checkpoint, CheckpointAnswer, Reached
from courses.checkpoints.queries import beyond
from courses.checkpoints.refusals import CheckpointRefused
from courses.completion.actions import enrol
from courses.completion.models import Completion, Progress
from courses.completion.queries import standing
from courses.completion.rules import (
    All,
    Answered,
    AtLeast,
    Read,
    Watched,
    still_missing,
    with_checkpoints,
)  # fmt: skip
from courses.completion.settling import settle
from courses.credits.models import CreditEntry
from courses.quizzes.items import ShortText, Single, TrueFalse
from courses.quizzes.models import Question
from members.accounts.models import Member
from tests.courses.quizzes.school import add, make_bank
from tests.people import People, people, signed_in

__all__ = ["people"]

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SINGLE = Single(options=("甲", "乙", "丙"), right=1, explanation="KEYMARK because")


class Film:
    """A recording of ten minutes with one question at 5:00."""

    def __init__(self, people: People) -> None:
        course = Course.objects.create(
            code="AQ-101", title="液氨安全", author=people.host, state="published"
        )
        section = Section.objects.create(course=course, order=1, title="1")
        self.lesson = Lesson.objects.create(section=section, order=1, kind="video", title="巡检")
        Material.objects.create(
            lesson=self.lesson, version=1, uploaded_by=people.host, file="media.mp4", length=6000,
            state="ready", name="a.mp4",
        )  # fmt: skip
        self.course, self.people = course, people
        self.bank = make_bank(people.host)
        self.question = add(self.bank, "S", SINGLE)
        self.point = set_checkpoint(self.lesson, 300, self.question.pk, people.host)

    def position(self, right: bool) -> int:
        """A right or a wrong choice, as the member sees the options."""
        from courses.quizzes.asking import public_form

        seed = actions.seed_of(self.people.member.pk, self.point.pk)
        shown = public_form(self.question, seed).options
        wanted = SINGLE.options[SINGLE.right]
        return shown.index(wanted if right else SINGLE.options[0])

    def say(
        self, right: bool, name: str = "command-1", now: datetime = NOW, period: str = ""
    ) -> Any:
        return answer(self.point, self.people.member.pk, period, name, self.position(right), now)

    def address(self, point: Checkpoint | None = None) -> str:
        key = (point or self.point).pk
        return f"/courses/AQ-101/lessons/{self.lesson.pk}/checkpoints/{key}/"

    @property
    def editor(self) -> str:
        return f"/courses/AQ-101/edit/lessons/{self.lesson.pk}/checkpoints/"


@pytest.fixture
def film(people: People) -> Film:
    return Film(people)


def refusal(call: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(CheckpointRefused) as no:
        call(*args, **named)
    assert no.value.sentence
    return no.value.code


def test_watching_takes_the_questions_wherever_it_is_asked_for() -> None:
    tree = All((Watched(lesson=1), AtLeast(number=1, of=(Watched(lesson=2), Read(lesson=3)))))
    assert with_checkpoints(tree, set()) == tree
    assert with_checkpoints(tree, {2}) == All((
        Watched(lesson=1),
        AtLeast(number=1, of=(All((Watched(lesson=2), Answered(lesson=2))), Read(lesson=3))),
    ))  # fmt: skip


def test_a_wrong_answer_waits_for_the_minute_and_takes_nothing_away(film: Film) -> None:
    wrong = film.say(False)
    assert (wrong.right, wrong.explanation) == (False, "")
    assert 0 < wrong.wait <= 30
    assert refusal(film.say, True, "command-2", NOW + timedelta(seconds=10)) == "too_soon"
    right = film.say(True, "command-2", NOW + timedelta(seconds=31))
    assert (right.right, right.wait, right.explanation) == (True, 0, "KEYMARK because")
    assert film.say(False, "command-3", NOW + timedelta(hours=1)).right, "never taken back"
    assert Reached.objects.get().tries == 2


def test_the_same_command_counts_once(film: Film) -> None:
    first = film.say(False)
    assert film.say(False) == first
    assert film.say(False, now=NOW + timedelta(minutes=5)).wait == 0
    assert Reached.objects.get().tries == 1


def test_every_answer_is_kept_as_it_was_given(film: Film) -> None:
    said = {right: film.position(right) for right in (False, True)}
    film.say(False)
    film.say(False)  # the same command: sent twice, kept once
    film.say(True, "command-2", NOW + timedelta(minutes=1))
    film.say(False, "command-3", NOW + timedelta(minutes=2))
    rows = [(one.number, one.said, one.right) for one in CheckpointAnswer.objects.all()]
    assert rows == [(1, "甲", False), (2, "乙", True)], said
    assert [one.at for one in CheckpointAnswer.objects.all()] == [NOW, NOW + timedelta(minutes=1)]


def test_of_endless_tries_the_first_and_the_right_one_are_kept(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "TRIES_KEPT", 3)
    for number in range(6):
        film.say(number == 5, f"command-{number}", NOW + timedelta(minutes=number))
    rows = CheckpointAnswer.objects.values_list("number", "right")
    assert list(rows) == [(1, False), (2, False), (3, False), (6, True)]
    assert Reached.objects.get().tries == 6


def test_answers_stand_in_the_evidence(film: Film) -> None:
    member = film.people.member
    Course.objects.update(credit_kind="safety", estimated_minutes=45)
    enrol([member.pk], film.course.pk)
    Progress.objects.create(
        member=member, lesson=film.lesson, version=1, length=6000, covered=6000, permille=1000,
        cover=b"", changed_at=NOW,
    )  # fmt: skip
    film.say(False)
    film.say(True, "command-2", NOW + timedelta(minutes=1))
    entry = CreditEntry.objects.get(member=member)
    page = signed_in(member, "en").get(f"/record/entries/{entry.pk}/").content.decode()
    assert "Questions answered on the way" in page
    assert [page.index(one) for one in ("甲", "try 1", "乙", "try 2")] == sorted(
        page.index(one) for one in ("甲", "try 1", "乙", "try 2")
    )
    for who, status in (("admin", 200), ("assistant", 403), ("outsider", 403)):
        client = signed_in(getattr(film.people, who))
        assert client.get(f"/record/entries/{entry.pk}/").status_code == status


def test_a_shorter_recording_names_the_questions_behind_its_end_and_loses_no_answer(
    film: Film,
) -> None:
    early = set_checkpoint(
        film.lesson, 100, add(film.bank, "E", TrueFalse(right=True)).pk, film.people.host
    )
    film.say(False)
    film.say(True, "command-2", NOW + timedelta(minutes=1))
    client = signed_in(film.people.host, "en")
    pages = [film.editor, f"/courses/AQ-101/edit/lessons/{film.lesson.pk}/file/"]
    assert all("The recording ends before" not in client.get(one).content.decode() for one in pages)
    shorter = Material.objects.create(
        lesson=film.lesson, version=2, uploaded_by=film.people.host, file="media.mp4", length=2400,
        state="waiting", name="b.mp4",
    )  # fmt: skip
    assert beyond(film.lesson) == [], "the old one is still in use"
    Material.objects.filter(pk=shorter.pk).update(state="ready")
    assert beyond(film.lesson) == [film.point]
    for page in pages:
        text = client.get(page).content.decode()
        notice = text[text.index("The recording ends before") :]
        assert '<b class="num">5:00</b> S' in notice.split("</ul>")[0]
        assert early.question.text not in notice.split("</ul>")[0]
    assert [one.tries for one in Reached.objects.all()] == [2]
    assert CheckpointAnswer.objects.count() == 2
    actions.move_checkpoint(film.point, 200)
    assert beyond(film.lesson) == []
    assert Reached.objects.get().right, "moved, it stays answered"
    assert film.say(False, "command-3", NOW + timedelta(hours=1)).right


def test_a_course_waits_for_its_questions_and_is_completed_by_the_last(film: Film) -> None:
    member = film.people.member
    enrol([member.pk], film.course.pk)
    Progress.objects.create(
        member=member, lesson=film.lesson, version=1, length=6000, covered=6000, permille=1000,
        cover=b"", changed_at=NOW,
    )  # fmt: skip
    settle([member.pk], film.course.pk)
    [missing] = still_missing(standing(member.pk, film.course))
    assert missing.rule == Answered(lesson=film.lesson.pk)
    page = signed_in(member, "en").get("/courses/AQ-101/").content.decode()
    assert "Answer the questions in “巡检”: 0 of 100 percent" in page
    assert not Completion.objects.exists()
    film.say(True)
    assert Completion.objects.filter(member=member, course=film.course).exists()
    set_checkpoint(
        film.lesson, 400, add(film.bank, "T", TrueFalse(right=True)).pk, film.people.host
    )
    settle([member.pk], film.course.pk)
    assert Completion.objects.filter(member=member).count() == 1, "who has completed it stays so"


def test_what_is_answered_stays_when_it_is_moved_and_counts_no_more_when_it_is_taken_out(
    film: Film,
) -> None:
    member = film.people.member
    enrol([member.pk], film.course.pk)
    second = set_checkpoint(
        film.lesson, 200, add(film.bank, "T", TrueFalse(right=True)).pk, film.people.host
    )
    film.say(True)
    leaf = Answered(lesson=film.lesson.pk)
    shares = [
        one.has for one in still_missing(standing(member.pk, film.course)) if one.rule == leaf
    ]
    assert shares == [500]
    actions.move_checkpoint(film.point, 100)
    actions.remove_checkpoint(second)
    assert [one.rule for one in still_missing(standing(member.pk, film.course))] == [
        Watched(lesson=film.lesson.pk)
    ]


def test_a_new_period_asks_anew(film: Film) -> None:
    film.say(True)
    assert not film.say(False, "command-9", period="2027").right


@pytest.mark.parametrize(
    ("second", "code"), [(0, "outside"), (601, "outside"), (300, "taken"), (-5, "outside")]
)
def test_where_nothing_can_be_asked(film: Film, second: int, code: str) -> None:
    other = add(film.bank, "T", TrueFalse(right=True))
    assert refusal(set_checkpoint, film.lesson, second, other.pk, film.people.host) == code
    assert Checkpoint.objects.count() == 1


def test_what_cannot_be_asked(film: Film) -> None:
    assert refusal(set_checkpoint, film.lesson, 10, film.question.pk, film.people.host) == "taken"
    strange = add(make_bank(film.people.outsider), "X", TrueFalse(right=True))
    asked = refusal(set_checkpoint, film.lesson, 10, strange.pk, film.people.host)
    assert asked == "question_unknown"
    other = set_checkpoint(
        film.lesson, 10, add(film.bank, "T", TrueFalse(right=True)).pk, film.people.host
    )
    assert refusal(actions.move_checkpoint, other, 300) == "taken"
    for number in range(actions.MOST - 2):
        made = add(film.bank, f"Q{number}", TrueFalse(right=True))
        set_checkpoint(film.lesson, 20 + number, made.pk, film.people.host)
    last = add(film.bank, "LAST", TrueFalse(right=True))
    assert refusal(set_checkpoint, film.lesson, 599, last.pk, film.people.host) == "full"


def test_who_may_see_and_answer_it(film: Film) -> None:
    everybody = {"host": 200, "assistant": 200, "member": 200, "outsider": 200, "admin": 200}
    for name, status in everybody.items():
        client = signed_in(getattr(film.people, name), "en")
        assert client.get(film.address()).status_code == status
    Course.objects.update(state="draft")
    drafts = {"host": 200, "assistant": 404, "member": 404, "outsider": 404, "admin": 200}
    for name, status in drafts.items():
        client = signed_in(getattr(film.people, name), "en")
        assert client.get(film.address()).status_code == status
        body = json.dumps({"id": "12345678", "answer": 0})
        assert client.post(film.address(), body, "application/json").status_code == status
    assert not Reached.objects.exists(), "a preview writes nothing"


def test_the_key_stays_on_the_server(film: Film) -> None:
    add_text = add(film.bank, "W", ShortText(accepted=("KEYMARK",)))
    point = set_checkpoint(film.lesson, 20, add_text.pk, film.people.host)
    client = signed_in(film.people.member, "en")
    lesson = f"/courses/AQ-101/lessons/{film.lesson.pk}/"
    seen = [
        client.get(f"{lesson}play/").content,
        client.post(f"{lesson}open/", "{}", "application/json").content,
        client.get(film.address()).content,
        client.get(film.address(point)).content,
        client.post(
            film.address(),
            json.dumps({"id": "12345678", "answer": film.position(False)}),
            "application/json",
        ).content,
    ]
    assert all(b"KEYMARK" not in one for one in seen)
    assert film.question.text.encode() not in seen[0], "nor is the question there before its time"


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"id":"1"}', '{"id":"12345678","answer":{}}',
             '{"id":"12345678","answer":99}', '{"id":"12345678","x":1}', "x" * 9000]
)  # fmt: skip
def test_what_cannot_be_read_is_refused(film: Film, body: str) -> None:
    client = signed_in(film.people.member, "en")
    answered = client.post(film.address(), body, "application/json")
    assert (answered.status_code, answered.json()["code"]) == (400, "malformed")


def test_too_soon_is_said_with_the_seconds(film: Film) -> None:
    client = signed_in(film.people.member, "en")

    def say(name: str) -> Any:
        body = json.dumps({"id": name, "answer": film.position(False)})
        return client.post(film.address(), body, "application/json")

    assert say("12345678").json()["right"] is False
    again = say("87654321")
    assert (again.status_code, again.json()["code"]) == (409, "too_soon")
    assert 0 < again.json()["retry_s"] <= 30


def test_an_author_sets_moves_and_takes_out(film: Film) -> None:
    client = signed_in(film.people.host, "en")
    other = add(film.bank, "T", TrueFalse(right=True))
    made = client.post(film.editor, {"at": "2:05", "question": other.pk}, follow=True)
    assert "The question will be asked there." in made.content.decode()
    point = Checkpoint.objects.get(question=other)
    assert point.second == 125
    client.post(film.editor, {"move": point.pk, "to": "0:03:20"})
    point.refresh_from_db()
    assert point.second == 200
    page = client.get(film.editor).content.decode()
    assert 'value="3:20"' in page
    client.post(film.editor, {"remove": point.pk})
    assert Checkpoint.objects.get(pk=point.pk).removed
    for wrong in ({"at": "99", "question": other.pk}, {"at": "59:00", "question": other.pk}):
        refused = client.post(film.editor, wrong)
        assert refused.status_code == 422
        assert "The recording has no such time" in refused.content.decode()
        assert f'value="{wrong["at"]}"' in refused.content.decode(), "what was typed stays"
    assert client.post(film.editor, {"at": "", "question": ""}).status_code == 422
    assert client.post(film.editor, {"remove": "9" * 5000}).status_code == 404


def test_only_who_may_edit_the_course_sets_questions(film: Film) -> None:
    expected = {"host": 200, "assistant": 403, "member": 403, "outsider": 403, "admin": 200}
    for name, status in expected.items():
        client = signed_in(getattr(film.people, name), "en")
        assert client.get(film.editor).status_code == status
    Course.objects.update(state="review")
    client = signed_in(film.people.host, "en")
    client.post(film.editor, {"remove": film.point.pk})
    assert not Checkpoint.objects.get().removed, "it is being reviewed"


def test_an_old_answer_is_of_no_use_to_a_replaced_question(film: Film) -> None:
    """The question as it is today is what is asked."""
    Question.objects.filter(pk=film.question.pk).update(retired=True)
    assert film.say(True, now=timezone.now()).right
    assert isinstance(film.people.member, Member)
