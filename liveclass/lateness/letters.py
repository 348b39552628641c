"""The letter that says that a class begins later."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from liveclass.lateness.models import Delay
from liveclass.rooms import reminders
from members.accounts.models import Member

SPARED = timedelta(minutes=40)
"""A start so near needs no reminder after this letter."""


def readers(delay: int) -> list[int]:
    """Who is to be told: those of the reminder. Nobody when it was put off again meanwhile: then
    that delay has a letter of its own."""
    found = _current(delay)
    if found is None:
        return []
    if found.after - timezone.now() <= SPARED:
        reminders.count_as_reminded(found.session)
    return reminders.people(found.session)


def send(delay: int, member: int) -> bool:
    """One letter in the language of its reader; False when it would be wrong or has no address."""
    found = _current(delay)
    reader = Member.objects.filter(pk=member, is_active=True, email__isnull=False).first()
    if found is None or reader is None:
        return False
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        facts = reminders.facts(found.session, reader)
        zone = ZoneInfo(reminders.time_zone())
        facts["before"] = f"{found.before.astimezone(zone):%H:%M}"
        subject = _("“%(title)s” begins later, at %(time)s") % facts
        body = render_to_string("liveclass/lateness/letter.txt", facts)
    send_mail(subject, body, None, [reader.email or ""])
    return True


def _current(delay: int) -> Delay | None:
    """The delay, as long as the start it told of is the one that holds."""
    found = Delay.objects.select_related("session__activity__lecturer").filter(pk=delay).first()
    return found if found is not None and found.session.starts_at == found.after else None
