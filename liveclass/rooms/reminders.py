"""Reminders by e-mail, ten minutes before a class begins."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from huey.contrib.djhuey import HUEY

from courses.activities import queries as activities
from courses.activities.models import Session
from members.accounts.models import Member
from members.units.models import Organisation
from members.units.zones import zone_name

BEFORE = timedelta(minutes=10)
KEPT = timedelta(days=1)
"""How long after the planned start it stays known that a class was told of."""
MARK = "reminded"


def due(now: datetime) -> list[Session]:
    """Classes that begin within ``BEFORE`` and were not told of before; they count as told now.

    The mark is one atomic write in the job queue's own store, so two workers never remind twice.
    A class that was moved is reminded of again.
    """
    soon = Session.objects.filter(online=True, starts_at__gt=now, starts_at__lte=now + BEFORE)
    soon = soon.filter(room__state="scheduled", rehearses__isnull=True)
    waiting = soon.select_related("activity")
    return [session for session in waiting if HUEY.put_if_empty(_mark(session), True)]


def _mark(session: Session) -> str:
    return f"{MARK}:{session.pk}:{session.starts_at.timestamp():.0f}"


def count_as_reminded(session: Session) -> None:
    """People were told of this start in another way; ``due`` leaves it out."""
    HUEY.put_if_empty(_mark(session), True)


def forget(now: datetime) -> int:
    """Drop the marks of classes whose start is longer ago than ``KEPT``; answers how many."""
    oldest = (now - KEPT).timestamp()
    marks = [key for key in HUEY.all_results() if key.startswith(f"{MARK}:")]
    old = [key for key in marks if int(key.rpartition(":")[2]) < oldest]
    for key in old:
        HUEY.delete(key)
    return len(old)


def people(session: Session) -> list[int]:
    """Everybody with an address for whom the class is meant, or who holds it."""
    staff = {session.activity.lecturer_id}
    staff.update(session.activity.assistants.values_list("pk", flat=True))
    wanted = staff | set(activities.audience(session.activity).values_list("pk", flat=True))
    reachable = Member.objects.filter(is_active=True, email__isnull=False)
    return sorted(wanted & set(reachable.values_list("pk", flat=True)))


def send(session_id: int, member_id: int) -> bool:
    """One mail in the language of its reader; False when the class or the address is gone."""
    session = Session.objects.filter(pk=session_id, starts_at__gt=timezone.now()).first()
    member = Member.objects.filter(pk=member_id, is_active=True, email__isnull=False).first()
    if session is None or member is None:
        return False
    with translation.override(member.language or settings.LANGUAGE_CODE):
        told = facts(session, member)
        subject = _("“%(title)s” begins at %(time)s") % told
        body = render_to_string("liveclass/rooms/reminder.txt", told)
    send_mail(subject, body, None, [member.email or ""])
    return True


def facts(session: Session, member: Member) -> dict[str, str]:
    """What a letter about ``session`` says, in the language that holds now."""
    zone = ZoneInfo(time_zone())
    return {
        "title": " ".join(session.activity.title.split()),  # a subject is one line
        "name": member.display_name(translation.get_language() or settings.LANGUAGE_CODE),
        "time": f"{session.starts_at.astimezone(zone):%H:%M}",
        "zone": zone_name(zone, session.starts_at),
        "link": site_address() + reverse("classes:detail", args=[session.code]),
    }


def time_zone() -> str:
    """The organisation's."""
    found = Organisation.objects.values_list("time_zone", flat=True).first()
    return found or str(settings.TIME_ZONE)


def site_address() -> str:
    """Where the site is reached, as far as the settings tell: the first host name they allow."""
    named = [host for host in settings.ALLOWED_HOSTS if not host.startswith(("*", "."))]
    scheme = "https" if settings.HTTPS else "http"
    if settings.LOOPBACK or not named:
        return f"{scheme}://{'127.0.0.1' if not named else named[0]}:{settings.PORT}"
    return f"{scheme}://{named[0]}"
