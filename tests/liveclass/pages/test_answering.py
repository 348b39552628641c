"""Questions left open by a class: answered on its summary, their authors told."""

from __future__ import annotations

import pytest
from django.core import mail

from liveclass.demo.yesterday import QUESTIONS
from liveclass.questions.afterwards import letters
from liveclass.questions.afterwards.actions import answer_later
from liveclass.questions.models import Question
from liveclass.rooms.actor import Actor
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal
from tests.liveclass.pages.conftest import NOW, PAST, Visit

HOST, ASSISTANT, ASKER = "1008", "1006", "1036"
URL = f"/classes/{PAST}/summary/"
WRITTEN = "It is in the reading room, shelf 3."


def left_open() -> Question:
    return Question.objects.get(text=QUESTIONS[-1].text)


def actor(question: Question, number: str, role: str) -> Actor:
    member = Member.objects.get(staff_no=number)
    return Actor(question.room_id, PAST, member.pk, role)  # type: ignore[arg-type]


def test_an_open_question_is_answered_on_the_summary(visit: Visit) -> None:
    question, page = left_open(), visit(HOST)
    form = f"/classes/{PAST}/questions/{question.pk}/"
    assert form in page.get(URL).content.decode()
    done = page.post(form, {"text": WRITTEN}, follow=True).content.decode()
    assert WRITTEN in done
    assert form not in done, "answered: nothing is asked for any more"
    question.refresh_from_db()
    assert (question.phase, question.answer) == ("answered", WRITTEN)
    asker = visit(ASKER)
    assert f"#question-{question.pk}" in asker.get(f"/classes/{PAST}/").content.decode()
    assert "Your question<" in asker.get(URL).content.decode()
    assert f"#question-{question.pk}" not in visit("1031").get(f"/classes/{PAST}/").content.decode()


@pytest.mark.parametrize("number", ["1005", "1013", "1036"])
def test_nobody_else_answers(visit: Visit, number: str) -> None:
    question, page = left_open(), visit(number)
    form = f"/classes/{PAST}/questions/{question.pk}/"
    assert form not in page.get(URL).content.decode()
    assert page.post(form, {"text": WRITTEN}).status_code == 403
    assert visit(None).post(form, {"text": WRITTEN}).status_code == 302
    question.refresh_from_db()
    assert question.answer == ""


def test_bad_answers_are_refused(visit: Visit) -> None:
    question, page = left_open(), visit(HOST)
    form = f"/classes/{PAST}/questions/{question.pk}/"
    for text in ("", " ", "x" * 2001):
        told = page.post(form, {"text": text}, follow=True).content.decode()
        assert 'class="toast error"' in told
    page.post(f"/classes/{PAST}/questions/{10**9}/", {"text": WRITTEN})
    page.post(f"/classes/{NOW}/questions/{question.pk}/", {"text": WRITTEN})
    question.refresh_from_db()
    assert (question.phase, question.answer) == ("waiting", "")


@pytest.mark.parametrize("change", [{"phase": "dismissed"}])
def test_what_was_set_aside_stays(visit: Visit, change: dict[str, str]) -> None:
    question = left_open()
    Question.objects.filter(pk=question.pk).update(**change)
    with pytest.raises(Refusal, match="question_closed"):
        answer_later(actor(question, HOST, "host"), question.pk, WRITTEN)
    with pytest.raises(Refusal, match="staff_only"):
        answer_later(actor(question, "1036", "member"), question.pk, WRITTEN)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_letter_names_nobody_else(visit: Visit, language: str) -> None:
    question, asker = left_open(), Member.objects.get(staff_no=ASKER)
    asker.email, asker.language = "asker@works.example", language
    asker.save()
    assert not letters.send(question.pk, asker.pk), "there is no answer yet"
    answer_later(actor(question, HOST, "host"), question.pk, WRITTEN)
    assert letters.send(question.pk, asker.pk)
    [letter] = mail.outbox
    assert letter.to == ["asker@works.example"]
    assert WRITTEN in letter.body
    assert f"{URL}#question-{question.pk}" in letter.body
    assert ("was answered" in letter.subject) == (language == "en")


def test_an_anonymous_question_stays_one(visit: Visit) -> None:
    question = left_open()
    Question.objects.filter(pk=question.pk).update(anonymous=True)
    name = Member.objects.get(staff_no=ASKER).display_name("en")
    page = visit(HOST).get(URL).content.decode()
    block = page[page.index(f'id="question-{question.pk}"') :].split("</form>")[0]
    assert "Anonymous" in block
    assert name not in block
    table = visit(HOST).get(f"{URL}questions.csv").content.decode("utf-8-sig")
    [row] = [line for line in table.splitlines() if question.text in line]
    assert ASKER not in row
    assert name not in row
    assert "Your question<" in visit(ASKER).get(URL).content.decode()
