"""Writing questions by hand, setting a quiz up, trying it, and its figures."""

from __future__ import annotations

import random
import re
import statistics as reference
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from courses.catalog.publishing import unfinished
from courses.quizzes.actions import start, submit
from courses.quizzes.bank.actions import Changed, CodeTaken, Wording, write_question
from courses.quizzes.items import Multiple, Numeric, Ordering, ShortText, Single, TrueFalse
from courses.quizzes.models import Attempt, Bank, Draw, Edition, Question, Quiz
from courses.quizzes.papers import Answers
from courses.quizzes.queries import paper_of
from courses.quizzes.setup.actions import Wanted, set_up
from courses.quizzes.setup.statistics import question_figures, quiz_figures
from tests.courses.quizzes.school import add, make_bank, make_lesson, make_quiz
from tests.factories import make_member
from tests.people import People, signed_in

SINGLE = Single(options=("甲", "乙"), right=0)
BY_KIND: dict[str, tuple[dict[str, Any], Any]] = {
    "single": (
        {"option_0": "甲", "option_2": "丙", "option_3": "丁", "right": "2"},
        Single(options=("甲", "丙", "丁"), right=1, explanation="因为"),
    ),
    "multiple": (
        {"option_0": "甲", "option_1": "乙", "right": ["0", "1"], "partial": "subset"},
        Multiple(
            options=("甲", "乙"), right=frozenset({0, 1}), partial="subset", explanation="因为"
        ),
    ),
    "true_false": ({"right": "false"}, TrueFalse(right=False, explanation="因为")),
    "ordering": (
        {"option_0": "甲", "option_1": "乙", "partial": "none"},
        Ordering(options=("甲", "乙"), explanation="因为"),
    ),
    "numeric": (
        {"value": "１,２００．５", "tolerance": "5%", "unit": "kW"},
        Numeric(value="1200.5", tolerance="5", percent=True, unit="kW", explanation="因为"),
    ),
    "short_text": (
        {"accepted": "疏水阀\n\n steam trap ", "exact_case": "on"},
        ShortText(accepted=("疏水阀", "steam trap"), exact_case=True, explanation="因为"),
    ),
}


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_question_of_each_kind_is_written_and_changed(people: People, kind: str) -> None:
    own, item = BY_KIND[kind]
    bank = make_bank(people.host)
    client = signed_in(people.host, "en")
    sent = {
        "text": "题？",
        "code": "",
        "topic": "供热",
        "points": "2",
        "explanation": "因为",
        **own,
    }
    made = client.post(f"/courses/questions/{bank.pk}/new/{kind}/", sent)
    assert made.status_code == 302, made.content.decode()
    found = Question.objects.get()
    assert (found.item, found.code, found.points, found.version) == (item, "Q001", 2, 1)
    here = f"/courses/questions/{bank.pk}/{found.pk}/"
    assert client.get(here).status_code == 200
    changed = client.post(here, {**sent, "code": "Q001", "text": "改？", "version": "1"})
    assert changed.status_code == 302, changed.content.decode()
    found.refresh_from_db()
    assert (found.item, found.text, found.version) == (item, "改？", 2)
    assert Edition.objects.get().text == "题？"


@pytest.mark.parametrize(
    ("kind", "own", "said"),
    [
        ("single", {"option_0": "甲", "right": "0"}, "There must be 2 to 10 options."),
        (
            "single",
            {"option_0": "甲", "option_1": "乙", "right": "5"},
            "The right answer is not one of the options.",
        ),
        ("multiple", {"option_0": "甲", "option_1": "乙", "partial": "none"}, "required"),
        ("numeric", {"value": "viel"}, "It is not a number."),
        ("numeric", {"value": "1", "tolerance": "x"}, "A tolerance is a number from 0"),
        ("short_text", {"accepted": "\n".join(map(str, range(21)))}, "up to 20 accepted answers"),
        ("ordering", {"option_0": "甲", "option_1": "甲", "partial": "none"}, "the same"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_what_was_typed_stays(
    people: People, kind: str, own: dict[str, str], said: str
) -> None:
    bank = make_bank(people.host)
    sent = {"text": "保留我？", "points": "1", **own}
    path = f"/courses/questions/{bank.pk}/new/{kind}/"
    answer = signed_in(people.host, "en").post(path, sent)
    text = answer.content.decode()
    assert (answer.status_code, said in text, "保留我？" in text) == (422, True, True)
    assert not Question.objects.exists()


def test_two_authors_do_not_overwrite_each_other(people: People) -> None:
    bank = make_bank(people.host)
    said = Wording("A", "一？", "", 1, SINGLE)
    made = write_question(people.host, bank, said)
    write_question(people.host, bank, Wording("A", "二？", "", 1, SINGLE), made, version=1)
    with pytest.raises(Changed):
        write_question(people.admin, bank, Wording("A", "三？", "", 1, SINGLE), made, version=1)
    with pytest.raises(CodeTaken):
        write_question(people.host, bank, said)
    assert Question.objects.get().text == "二？"


def test_a_retired_question_is_drawn_no_more(people: People) -> None:
    bank = make_bank(people.host)
    kept, gone = add(bank, "A", SINGLE), add(bank, "B", SINGLE)
    quiz = make_quiz(people.host, bank)
    client = signed_in(people.host)
    client.post(f"/courses/questions/{bank.pk}/{gone.pk}/retire/", {"retired": "1"})
    drawn = paper_of(start(people.member, quiz))
    assert [one.entry.question for one in drawn] == [kept.pk]


def test_a_bank_is_searched_and_paged(people: People) -> None:
    bank = make_bank(people.host)
    for number in range(55):
        add(bank, f"A{number:02}", SINGLE, topic="供热" if number % 2 else "电气")
    add(bank, "Z1", SINGLE, text="阀门在哪里？")
    client = signed_in(people.host, "en")
    base = f"/courses/questions/{bank.pk}/"
    assert client.get(base).content.decode().count("Edit A") == 50
    assert client.get(f"{base}?page=2").content.decode().count("Edit A") == 5
    found = client.get(base, {"q": "阀门"}).content.decode()
    assert ("Edit Z1" in found, "Edit A00" in found) == (True, False)
    heated = client.get(base, {"topic": "供热"}).content.decode()
    assert heated.count("Edit A") == 27


def test_the_settings_are_kept_and_shown_again(people: People) -> None:
    bank = make_bank(people.host)
    add(bank, "A", SINGLE)
    lesson = make_lesson(people.host)
    client = signed_in(people.host, "en")
    here = f"/courses/AQ-101/lessons/{lesson.pk}/quiz/settings/"
    sent = {
        "introduction": "祝顺利", "pass_percent": "72.5", "attempts": "", "minutes": "45",
        "grace_seconds": "20", "review": "never", "shuffle_options": "on",
        "bank_0": str(bank.pk), "topic_0": "", "number_0": "", "bank_1": str(bank.pk),
        "topic_1": "供热", "number_1": "5",
    }  # fmt: skip
    assert client.post(here, sent).status_code == 302
    quiz = Quiz.objects.get()
    assert (quiz.pass_permille, quiz.attempts, quiz.minutes, quiz.shuffle_questions) == (
        725, None, 45, False,
    )  # fmt: skip
    assert list(quiz.draws.values_list("topic", "number")) == [("", None), ("供热", 5)]
    shown = client.get(here).content.decode()
    assert 'value="72.5"' in shown
    assert 'value="供热"' in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bank_0": ""}, "Choose at least one bank to draw from."),
        ({"review": "closed"}, "say when that is"),
        (
            {"opens_at": "2026-12-09T10:00", "closes_at": "2026-12-09T09:00"},
            "It would close before it opens.",
        ),
        ({"pass_percent": "0"}, "0.1"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(
    people: People, change: dict[str, str], said: str
) -> None:
    bank = make_bank(people.host)
    lesson = make_lesson(people.host)
    sent = {
        "pass_percent": "60", "grace_seconds": "30", "review": "never", "bank_0": str(bank.pk),
    }  # fmt: skip
    path = f"/courses/AQ-101/lessons/{lesson.pk}/quiz/settings/"
    answer = signed_in(people.host, "en").post(path, {**sent, **change})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Quiz.objects.exists()


def test_nobody_draws_from_a_bank_she_may_not_read(people: People) -> None:
    secret = make_bank(people.admin)
    lesson = make_lesson(people.host)
    with pytest.raises(PermissionDenied):
        set_up(people.host, lesson, [Wanted(secret, "", None)])
    path = f"/courses/AQ-101/lessons/{lesson.pk}/quiz/settings/"
    sent = {"pass_percent": "60", "grace_seconds": "30", "review": "never"}
    answer = signed_in(people.host).post(path, {**sent, "bank_0": str(secret.pk)})
    assert answer.status_code == 422
    assert not Quiz.objects.exists()


def test_closing_earlier_ends_running_attempts_earlier_and_later_gives_nobody_more(
    people: People,
) -> None:
    quiz = make_quiz(people.host)
    now = timezone.now()
    attempt = start(people.member, quiz, now)
    wanted = [Wanted(Draw.objects.get().bank, "", None)]
    for closes, due in ((2, 2), (5, 2), (1, 1), (-3, 0)):
        at = now + timedelta(hours=closes)
        set_up(people.host, quiz.lesson, wanted, now, closes_at=at)
        attempt.refresh_from_db()
        assert attempt.due_at == now + timedelta(hours=due)


def test_the_preview_marks_and_keeps_nothing(people: People) -> None:
    quiz = make_quiz(people.host)
    client = signed_in(people.host, "en")
    here = f"/courses/AQ-101/lessons/{quiz.lesson_id}/quiz/preview/"
    first = client.get(here, {"seed": "4711"}).content.decode()
    assert 'value="4711"' in first
    again = client.get(here, {"seed": "4711"}).content.decode()
    words = re.compile(r'class="qz-t">[^<]+|<span>[^<]+</span></label>')
    asked = [words.findall(one) for one in (first, again)]
    assert asked[0] == asked[1]
    assert len(asked[0]) > 6
    marked = client.post(here, {"seed": "4711", "q0": "0"}).content.decode()
    assert "Nothing was kept." in marked
    assert "疏水阀" in marked
    assert not Attempt.objects.exists()
    for odd in ("-1", "x", "9" * 30, "²"):
        assert client.get(here, {"seed": odd}).status_code == 200


def _class_of(quiz: Quiz, bank: Bank, size: int) -> list[list[int]]:
    """``size`` members answer: who knows more, answers more; question C is keyed the wrong way."""
    scores = []
    for number in range(size):
        attempt = start(make_member(), quiz)
        knows = number / size
        answers: Answers = {}
        row = [0] * 5
        for place, asked in enumerate(paper_of(attempt)):
            code = Question.objects.get(pk=asked.entry.question).code
            # the same class every time, in whatever order its papers ask
            luck = random.Random(f"{number} {code}").random()  # noqa: S311
            right = (luck < knows) != (code == "C")
            index = "ABCDE".index(code)
            answers[place] = asked.entry.order.index(0 if right else 1)
            row[index] = int(right)
        submit(attempt.member, attempt.pk, answers)
        scores.append(row)
    return scores


def test_the_figures_of_a_question_are_what_python_s_statistics_say(people: People) -> None:
    bank = make_bank(people.host)
    for code in "ABCDE":
        add(bank, code, SINGLE)
    quiz = make_quiz(people.host, bank, attempts=None)
    scores = _class_of(quiz, bank, 40)
    whole = quiz_figures(quiz)
    assert (whole.attempts, whole.members) == (40, 40)
    figures = {one.question.code: one for one in question_figures(quiz)}
    for index, code in enumerate("ABCDE"):
        own = [float(row[index]) for row in scores]
        rest = [(sum(row) - row[index]) / 4 for row in scores]
        one = figures[code]
        assert one.asked == 40
        assert one.earned_permille == int(sum(own) / 40 * 1000)
        assert one.discrimination == pytest.approx(reference.correlation(own, rest), abs=1e-9)
        assert [bar.chosen for bar in one.bars] == [int(sum(own)), 40 - int(sum(own))]
    assert figures["C"].suspicious
    assert not figures["A"].suspicious
    path = f"/courses/AQ-101/lessons/{quiz.lesson_id}/quiz/statistics/"
    shown = signed_in(people.host, "en").get(path).content.decode()
    assert shown.count("Look at the key") == 1


def test_few_answers_are_not_broken_down(people: People) -> None:
    quiz = make_quiz(people.host)
    for _ in range(4):
        attempt = start(make_member(), quiz)
        submit(attempt.member, attempt.pk, {})
    assert question_figures(quiz) == []
    path = f"/courses/AQ-101/lessons/{quiz.lesson_id}/quiz/statistics/"
    shown = signed_in(people.host, "en").get(path).content.decode()
    assert "Not enough answers yet" in shown
    assert "Average" not in shown


def test_a_course_is_not_handed_in_with_a_quiz_that_draws_nothing(people: People) -> None:
    lesson = make_lesson(people.host, state="draft")
    course = lesson.section.course
    assert [one.pk for one in unfinished(course)] == [lesson.pk]
    bank = make_bank(people.host)
    set_up(people.host, lesson, [Wanted(bank, "", None)])
    assert [one.pk for one in unfinished(course)] == [lesson.pk]
    add(bank, "A", SINGLE)
    assert unfinished(course) == []
