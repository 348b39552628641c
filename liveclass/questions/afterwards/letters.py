"""The letter to somebody whose question was answered after the class."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from liveclass.questions.models import Question
from liveclass.rooms.reminders import site_address
from members.accounts.models import Member
from realtime.jobs import task


@task
def tell_answer(question: int, reader: int) -> None:
    """Send one author the answer."""
    send(question, reader)


def send(question: int, reader: int) -> bool:
    """One mail in the language of its reader; False when there is no address or answer any more.

    It names nobody but its reader, so an anonymous question stays one.
    """
    found = Question.objects.select_related("room__session__activity").filter(pk=question).first()
    member = Member.objects.filter(pk=reader, is_active=True, email__isnull=False).first()
    if found is None or not found.answer or member is None:
        return False
    session = found.room.session
    language = member.language or settings.LANGUAGE_CODE
    with translation.override(language):
        facts = {
            "title": " ".join(session.activity.title.split()),  # a subject is one line
            "name": member.display_name(language),
            "question": found.text,
            "answer": found.answer,
            "link": site_address()
            + reverse("classes:summary", args=[session.code])
            + f"#question-{found.pk}",
        }
        subject = _("Your question in “%(title)s” was answered") % facts
        body = render_to_string("liveclass/questions/answered.txt", facts)
    send_mail(subject, body, None, [member.email or ""])
    return True
