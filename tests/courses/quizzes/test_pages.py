"""Pages of a quiz without JavaScript, what its script talks to, and who may see which."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.completion.models import Completion, Enrolment
from courses.quizzes import queries
from courses.quizzes.models import Attempt, Draw, Quiz
from tests.courses.quizzes.school import make_bank, make_lesson, make_quiz, right_answers
from tests.people import People, signed_in


@pytest.fixture
def quiz(people: People) -> Quiz:
    return make_quiz(people.host, attempts=2)


def address(quiz: Quiz, rest: str = "") -> str:
    return f"/courses/AQ-101/lessons/{quiz.lesson_id}/quiz/{rest}"


def begin(client: Client, quiz: Quiz) -> Attempt:
    answer = client.post(address(quiz, "start/"))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Attempt.objects.latest("pk")


def form_of(attempt: Attempt) -> dict[str, Any]:
    """Right answers as a browser without JavaScript sends them."""
    sent: dict[str, Any] = {}
    for place, answer in right_answers(attempt).items():
        kind = queries.paper_of(attempt)[place].public.kind
        if kind == "ordering":
            assert isinstance(answer, list)
            sent |= {f"q{place}_{at}": str(one) for at, one in enumerate(answer)}
        elif isinstance(answer, list):
            sent[f"q{place}"] = [str(one) for one in answer]
        else:
            sent[f"q{place}"] = str(answer)
    return sent


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_member_takes_the_quiz_without_javascript(people: People, quiz: Quiz) -> None:
    client = signed_in(people.member, "en")
    assert "Begin the quiz" in page(client, address(quiz))
    attempt = begin(client, quiz)
    here = address(quiz, f"attempts/{attempt.pk}/")
    sent = form_of(attempt)
    assert client.post(here, {**sent, "action": "submit"}).status_code == 302
    shown = page(client, here)
    assert "100%" in shown
    assert "Passed" in shown
    assert Attempt.objects.get().permille == 1000


def test_a_reload_shows_the_same_paper_with_what_was_saved(people: People, quiz: Quiz) -> None:
    client = signed_in(people.member, "en")
    attempt = begin(client, quiz)
    here = address(quiz, f"attempts/{attempt.pk}/")
    fresh = page(client, here)
    order = re.findall(r'class="qz-t">([^<]+)<', fresh)
    assert len(order) == 6
    saved = client.post(here, {**form_of(attempt), "action": "save"})
    assert "Saved. Nothing is submitted yet." in saved.content.decode()
    again = page(signed_in(people.member, "en"), here)
    assert re.findall(r'class="qz-t">([^<]+)<', again) == order
    assert again.count(" checked") == 1 + 3 + 1
    assert again.count(" selected") == 3
    assert 'value="1.6"' in again
    assert Attempt.objects.get().is_open


def test_unanswered_questions_are_asked_about_once(people: People, quiz: Quiz) -> None:
    client = signed_in(people.member, "en")
    attempt = begin(client, quiz)
    here = address(quiz, f"attempts/{attempt.pk}/")
    asked = client.post(here, {"q0": "0", "action": "submit"}).content.decode()
    assert "questions are not answered yet" in asked
    assert "Submit anyway" in asked
    assert Attempt.objects.get().is_open
    client.post(here, {"q0": "0", "action": "submit_anyway"})
    assert not Attempt.objects.get().is_open


def test_an_incomplete_order_is_kept_place_by_place(people: People, quiz: Quiz) -> None:
    client = signed_in(people.member, "en")
    attempt = begin(client, quiz)
    place = [one.public.kind for one in queries.paper_of(attempt)].index("ordering")
    here = address(quiz, f"attempts/{attempt.pk}/")
    client.post(here, {f"q{place}_0": "", f"q{place}_1": "2", "action": "save"})
    assert queries.answers_of(Attempt.objects.get()) == {place: [-1, 2, -1]}
    assert page(client, here).count(" selected") == 1


def test_the_script_saves_and_an_older_saving_is_refused(people: People, quiz: Quiz) -> None:
    client = signed_in(people.member, "en")
    attempt = begin(client, quiz)

    def save(body: object) -> tuple[int, Any]:
        text = body if isinstance(body, str) else json.dumps(body)
        path = address(quiz, f"attempts/{attempt.pk}/save/")
        answer = client.post(path, text, content_type="application/json")
        return answer.status_code, answer.json()

    assert save({"number": 2, "answers": {"0": 1}}) == (200, {"saved": 2, "seconds": None})
    status, no = save({"number": 1, "answers": {}})
    assert (status, no["code"]) == (409, "stale")
    assert "open on another page" in no["message"]
    for body in ("{", "[]", {"number": 3}, {"number": 0, "answers": {}}, "[" * 70_000):
        assert save(body)[1]["code"] == "unreadable"
    assert save({"number": 9, "answers": {"0": "字" * 201}})[1]["code"] == "unreadable"
    assert queries.answers_of(Attempt.objects.get()) == {0: 1}


def test_a_late_answer_is_told_why_and_the_draft_counts(people: People, quiz: Quiz) -> None:
    Quiz.objects.update(minutes=10)
    client = signed_in(people.member, "en")
    attempt = begin(client, quiz)
    here = address(quiz, f"attempts/{attempt.pk}/")
    sent = form_of(attempt)
    client.post(here, {**sent, "action": "save"})
    past = timezone.now() - timedelta(minutes=30)
    Attempt.objects.update(started_at=past, due_at=past + timedelta(minutes=10))
    late = client.post(here, {"action": "submit_anyway"}, follow=True).content.decode()
    assert "The time was over before this arrived." in late
    assert "What had been saved by then was submitted for you and counts." in late
    assert Attempt.objects.get().permille == 1000
    saved = client.post(f"{here}save/", '{"number":99,"answers":{}}', "application/json")
    assert (saved.status_code, saved.json()["code"]) == (409, "time_over")


def test_opening_a_paper_whose_time_is_over_ends_it(people: People, quiz: Quiz) -> None:
    client = signed_in(people.member, "zh-hans")
    attempt = begin(client, quiz)
    past = timezone.now() - timedelta(hours=1)
    Attempt.objects.update(started_at=past, due_at=past + timedelta(minutes=10))
    shown = page(client, address(quiz, f"attempts/{attempt.pk}/"))
    assert "作答时间已于" in shown
    assert not Attempt.objects.get().is_open
    assert "到时自动交卷" in page(client, address(quiz))


def test_no_attempt_left_is_a_sentence(people: People, quiz: Quiz) -> None:
    client = signed_in(people.member, "en")
    for _ in range(2):
        attempt = begin(client, quiz)
        client.post(address(quiz, f"attempts/{attempt.pk}/"), {"action": "submit_anyway"})
    assert "No attempt is left." in page(client, address(quiz))
    refused = client.post(address(quiz, "start/"))
    assert refused.status_code == 409
    assert "No attempt is left." in refused.content.decode()


def test_passing_completes_a_course_of_one_quiz(
    people: People, quiz: Quiz, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(people.member)
    attempt = begin(client, quiz)
    here = address(quiz, f"attempts/{attempt.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(here, {**form_of(attempt), "action": "submit"})
    done = Completion.objects.get()
    assert (done.member, done.course.code) == (people.member, "AQ-101")
    assert Enrolment.objects.get().completed_at is not None


WHO = {
    # address: who gets in; everybody else is refused, strangers are sent to sign in
    "": {"host", "assistant", "member", "outsider", "admin"},
    "settings/": {"host", "admin"},
    "preview/": {"host", "admin"},
    "statistics/": {"host", "admin"},
}
BANKS = {
    "/courses/questions/": {"host", "admin"},
    "/courses/questions/template.xlsx": {"host", "admin"},
    "/courses/questions/{bank}/": {"host", "admin"},
    "/courses/questions/{bank}/edit/": {"host", "admin"},
    "/courses/questions/{bank}/new/single/": {"host", "admin"},
    "/courses/questions/{bank}/import/": {"host", "admin"},
    "/courses/questions/{bank}/{question}/": {"host", "admin"},
}


def test_who_may_see_which_page(people: People, quiz: Quiz) -> None:
    bank = Draw.objects.get().bank
    places = {"bank": bank.pk, "question": bank.questions.first().pk}  # type: ignore[union-attr]
    pages = {address(quiz, rest): who for rest, who in WHO.items()}
    pages |= {path.format(**places): who for path, who in BANKS.items()}
    for path, allowed in pages.items():
        for role, member in people.everybody.items():
            status = signed_in(member).get(path).status_code
            wanted = 302 if member is None else 200 if role in allowed else 403
            assert status == wanted, f"{role} {path}"


def test_who_may_change_what(people: People, quiz: Quiz) -> None:
    bank = Draw.objects.get().bank
    question = bank.questions.first()
    assert question is not None
    for path in (
        f"/courses/questions/{bank.pk}/{question.pk}/retire/",
        f"/courses/questions/{bank.pk}/import/1/",
        address(quiz, "settings/"),
    ):
        for role in ("assistant", "member", "outsider"):
            assert signed_in(people.everybody[role]).post(path).status_code == 403, path
        assert signed_in(None).post(path).status_code == 302
    question.refresh_from_db()
    assert not question.retired


def test_an_attempt_is_nobody_else_s(people: People, quiz: Quiz) -> None:
    attempt = begin(signed_in(people.member), quiz)
    here = address(quiz, f"attempts/{attempt.pk}/")
    for other in (people.host, people.assistant, people.outsider, people.admin):
        client = signed_in(other)
        assert client.get(here).status_code == 404
        assert client.post(here, {"action": "submit_anyway"}).status_code == 404
        sent = client.post(f"{here}save/", '{"number":1,"answers":{}}', "application/json")
        assert sent.status_code == 404
    assert signed_in(None).get(here).status_code == 302
    assert Attempt.objects.get().is_open


def test_a_draft_course_is_for_its_author_only(people: People, quiz: Quiz) -> None:
    course = quiz.lesson.section.course
    course.state = "draft"
    course.save()
    assert signed_in(people.member).get(address(quiz)).status_code == 404
    assert signed_in(people.member).post(address(quiz, "start/")).status_code == 404
    assert signed_in(people.host).get(address(quiz)).status_code == 200


def test_a_shared_bank_is_read_by_other_authors_and_changed_by_its_owner(people: People) -> None:
    mine = make_bank(people.admin, "平台题库", shared=True)
    secret = make_bank(people.admin, "内部题库")
    client = signed_in(people.host)
    assert client.get(f"/courses/questions/{mine.pk}/").status_code == 200
    assert client.get(f"/courses/questions/{mine.pk}/edit/").status_code == 403
    assert client.get(f"/courses/questions/{mine.pk}/new/single/").status_code == 403
    assert client.get(f"/courses/questions/{secret.pk}/").status_code == 403
    assert client.get("/courses/questions/999999/").status_code == 403


def test_a_quiz_that_is_not_set_up_says_so(people: People) -> None:
    lesson = make_lesson(people.host)
    here = f"/courses/AQ-101/lessons/{lesson.pk}/quiz/"
    client = signed_in(people.member, "en")
    for answer in (client.get(here), client.post(f"{here}start/")):
        assert "The quiz has no questions yet." in answer.content.decode()
    assert client.get(f"{here}attempts/1/").status_code == 404
    sent = signed_in(people.host).get(here)
    assert (sent.status_code, sent["Location"]) == (302, f"{here}settings/")
    assert not Quiz.objects.exists()


def test_the_pass_mark_of_the_quiz_completes_the_course(
    people: People, django_capture_on_commit_callbacks: Any
) -> None:
    quiz = make_quiz(people.host, pass_permille=900)
    client = signed_in(people.member)
    for answered, done in (("q[1-5]", 0), ("q", 1)):
        attempt = begin(client, quiz)
        sent = {name: one for name, one in form_of(attempt).items() if re.match(answered, name)}
        here = address(quiz, f"attempts/{attempt.pk}/")
        with django_capture_on_commit_callbacks(execute=True):
            client.post(here, {**sent, "action": "submit_anyway"})
        assert Completion.objects.count() == done
