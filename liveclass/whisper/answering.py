"""How long somebody waits for an answer: the day it is due, and the one reminder before it.

A reminder names the class and nothing else: mails are read on screens others look at, and kept by
servers that are not ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from huey.contrib.djhuey import HUEY

from courses.activities.models import Session
from liveclass.rooms.reminders import site_address
from liveclass.whisper.models import Whisper, WhisperThread
from members.accounts.models import Member

WORKING_DAYS = 3
"""From the letter to its answer."""
REMIND_AFTER = timedelta(days=2)
TOO_OLD = timedelta(days=14)
"""A worker that comes back after weeks does not remind of what is long past."""
MARK = "whisper-reminded"


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody who has not answered in a class."""

    session: int
    recipient: int


def answer_by(asked: datetime, zone: ZoneInfo) -> datetime:
    """The end of the third working day after ``asked``, Monday to Friday."""
    day, left = asked.astimezone(zone), WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day.replace(hour=23, minute=59, second=0, microsecond=0)


def due(now: datetime) -> list[Due]:
    """Who is to be reminded now; they count as reminded. One mail for all letters of a class that
    wait since the same day, by one atomic mark in the job queue's own store."""
    letters = Whisper.objects.filter(thread=OuterRef("pk"), withdrawn=False).order_by("-pk")
    threads = WhisperThread.objects.filter(blocked=False, recipient__is_active=True).annotate(
        newest=Subquery(letters.values("at")[:1]), theirs=Subquery(letters.values("by_sender")[:1])
    )
    waiting = threads.filter(
        theirs=True, newest__lte=now - REMIND_AFTER, newest__gt=now - TOO_OLD
    ).select_related("room")
    found = {
        (one.room.session_id, one.recipient_id, f"{one.newest:%Y%m%d}")
        for one in waiting.iterator()
    }
    return [
        Due(session, recipient)
        for session, recipient, day in sorted(found)
        if HUEY.put_if_empty(f"{MARK}:{session}:{recipient}:{day}", True)
    ]


def forget(now: datetime) -> int:
    """Drop marks that can keep nothing from being sent any more; answers how many."""
    oldest = f"{now - TOO_OLD - timedelta(days=2):%Y%m%d}"
    marks = [key for key in HUEY.all_results() if key.startswith(f"{MARK}:")]
    old = [key for key in marks if key.rpartition(":")[2] < oldest]
    for key in old:
        HUEY.delete(key)
    return len(old)


def send(session_id: int, member_id: int) -> bool:
    """One mail in the language of its reader; False when the class or the address is gone."""
    session = Session.objects.select_related("activity").filter(pk=session_id).first()
    member = Member.objects.filter(pk=member_id, is_active=True, email__isnull=False).first()
    if session is None or member is None:
        return False
    with translation.override(member.language or settings.LANGUAGE_CODE):
        facts = {
            "title": " ".join(session.activity.title.split()),  # a subject is one line
            "name": member.display_name(translation.get_language() or settings.LANGUAGE_CODE),
            "link": site_address() + reverse("classes:whispers", args=[session.code]),
        }
        subject = _("Somebody waits for your answer: “%(title)s”") % facts
        body = render_to_string("liveclass/whisper/reminder.txt", facts)
    send_mail(subject, body, None, [member.email or ""])
    return True
