"""No key leaves the server before its release: every response is read, and compared.

Two ways: marks that stand only in keys must be in no response; and two quizzes that differ in
nothing but what is right must answer a member with the very same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from courses.quizzes import actions, papers
from courses.quizzes.asking import public_form
from courses.quizzes.items import Multiple, Numeric, Ordering, ShortText, Single, TrueFalse
from courses.quizzes.models import Attempt, Question, Quiz
from tests.courses.quizzes.school import add, make_bank, make_quiz
from tests.people import People, signed_in

MARKS = ("KEYMARK", "8731.25", "0.0625", "correct", "&quot;right&quot;", '"right"')
TWINS = {
    "S": (Single(options=("甲", "乙", "丙"), right=0), Single(options=("甲", "乙", "丙"), right=2)),
    "M": (
        Multiple(options=("甲", "乙", "丙"), right=frozenset({0})),
        Multiple(options=("甲", "乙", "丙"), right=frozenset({1, 2}), partial="subset"),
    ),
    "T": (TrueFalse(right=True), TrueFalse(right=False)),
    "N": (
        Numeric(value="8731.25", tolerance="0.0625", unit="kW"),
        Numeric(value="4", unit="kW", percent=True),
    ),
    "W": (ShortText(accepted=("KEYMARK-W",)), ShortText(accepted=("x", "y"), exact_case=True)),
}


def responses(client: Client, quiz: Quiz) -> Iterator[tuple[str, HttpResponse]]:
    """Everything a member can get of a quiz while it runs: pages, savings, refusals."""
    base = f"/courses/{quiz.lesson.section.course.code}/lessons/{quiz.lesson_id}/quiz/"
    yield "lesson", client.get(base)
    yield "start", client.post(f"{base}start/")
    attempt = Attempt.objects.latest("pk")
    here = f"{base}attempts/{attempt.pk}/"
    yield "paper", client.get(here)
    yield "save", client.post(here, {"q0": "1", "q4": "KEY", "action": "save"})
    yield "again", client.get(here)
    body = '{"number":7,"answers":{"0":0,"1":[0,1]}}'
    yield "autosave", client.post(f"{here}save/", body, "application/json")
    yield "stale", client.post(f"{here}save/", body, "application/json")
    yield "unreadable", client.post(f"{here}save/", "{", "application/json")
    yield "asked", client.post(here, {"action": "submit"})
    yield "submit", client.post(here, {"action": "submit_anyway"})
    yield "result", client.get(here)
    yield "ended", client.post(f"{here}save/", body, "application/json")
    yield "lesson after", client.get(base)
    for page in ("settings/", "preview/", "statistics/"):
        yield page, client.get(base + page)
    yield "banks", client.get("/courses/questions/")


def _quiz(people: People, twin: int, code: str) -> Quiz:
    bank = make_bank(people.host, f"题库 {code}")
    for letter, pair in TWINS.items():
        explained = type(pair[twin])
        item = explained(
            **{name: getattr(pair[twin], name) for name in pair[twin].__struct_fields__}
            | {"explanation": f"KEYMARK-{twin}"}
        )
        add(bank, letter, item)
    return make_quiz(
        people.host, bank, code=code, attempts=3, review="finished", shuffle_questions=False,
        pass_permille=1000,
    )  # fmt: skip


def _seen(answer: HttpResponse) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers}\n{answer.content.decode()}"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_response_holds_a_key(people: People, language: str) -> None:
    quiz = _quiz(people, 0, "AQ-1")
    client = signed_in(people.member, language)
    for name, answer in responses(client, quiz):
        text = _seen(answer)
        assert not [mark for mark in MARKS if mark in text], name


def test_what_is_right_changes_no_byte(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points are left out: they follow from the answers once these are submitted."""
    monkeypatch.setattr(actions.secrets, "randbelow", lambda limit: 4711)
    texts: list[dict[str, str]] = []
    for twin in (0, 1):
        quiz = _quiz(people, twin, f"AQ-{twin}")
        client = signed_in(people.member, "en")
        found = {}
        for name, answer in responses(client, quiz):
            if name in {"result", "lesson after"}:
                continue
            keys = {f"AQ-{twin}": "AQ", f"题库 AQ-{twin}": "题库"}
            text = answer.content.decode()
            for said, same in keys.items():
                text = text.replace(said, same)
            found[name] = _without_numbers(text, quiz)
        texts.append(found)
    assert texts[0] == texts[1]


def _without_numbers(text: str, quiz: Quiz) -> str:
    """Keys of rows, tokens and the clock differ between any two pages."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    text = re.sub(r"lessons/\d+|attempts/\d+", "", text)
    return re.sub(r"\d\d:\d\d", "", text)


def test_the_order_of_options_says_nothing_of_what_is_right(people: People) -> None:
    """An ordering comes in every order equally often: the right one is neither kept nor avoided."""
    item = Ordering(options=("一", "二"))
    ways = [papers.order_of(item, seed, shuffled=False) for seed in range(400)]
    assert 140 < ways.count((0, 1)) < 260
    single = [papers.order_of(TWINS["S"][0], seed, shuffled=True)[0] for seed in range(600)]
    assert all(140 < single.count(one) < 260 for one in range(3))


def test_the_public_form_is_built_without_the_key(people: People) -> None:
    bank = make_bank(people.host)
    fields = {"id", "version", "kind", "text", "options", "unit"}
    for letter, (first, second) in TWINS.items():
        question = add(bank, letter, first)
        shown = public_form(question, 7)
        assert set(shown.__struct_fields__) == fields
        Question.objects.filter(pk=question.pk).update(
            content=add(bank, f"{letter}2", second).content
        )
        question.refresh_from_db()
        assert public_form(question, 7) == shown


def test_answers_are_shown_when_they_are_released_and_not_before(people: People) -> None:
    quiz = _quiz(people, 0, "AQ-1")
    Quiz.objects.update(attempts=1)
    client = signed_in(people.member, "en")
    *_, (_name, _answer) = responses(client, quiz)
    here = f"/courses/AQ-1/lessons/{quiz.lesson_id}/quiz/attempts/{Attempt.objects.get().pk}/"
    assert "KEYMARK-W" in client.get(here).content.decode()
    Quiz.objects.update(review="never")
    assert "KEYMARK" not in client.get(here).content.decode()
    soon = timezone.now() + timedelta(hours=1)
    Quiz.objects.update(review="closed", closes_at=soon)
    assert "KEYMARK" not in client.get(here).content.decode()
    Quiz.objects.update(closes_at=timezone.now() - timedelta(hours=1), opens_at=None)
    assert "KEYMARK-W" in client.get(here).content.decode()


def test_a_running_attempt_hides_the_answers_of_the_one_before(people: People) -> None:
    quiz = _quiz(people, 0, "AQ-1")
    Quiz.objects.update(review="submitted")
    client = signed_in(people.member, "en")
    list(responses(client, quiz))
    here = f"/courses/AQ-1/lessons/{quiz.lesson_id}/quiz/attempts/{Attempt.objects.get().pk}/"
    assert "KEYMARK-W" in client.get(here).content.decode()
    client.post(f"/courses/AQ-1/lessons/{quiz.lesson_id}/quiz/start/")
    assert "KEYMARK" not in client.get(here).content.decode()
