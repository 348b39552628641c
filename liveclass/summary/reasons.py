"""Why presence counts or does not, in words: the reader's own, and everybody's for the staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.activities.account import Line, Why
from courses.activities.intervals import Stretch, moment
from courses.activities.models import Session
from courses.activities.presence.queries import breaks_of, gaps_of
from liveclass.rollcall.queries import reasons
from liveclass.summary.records import AccountRow

SAID: dict[Why, str | Promise] = {
    "counted": _("Counted"),
    "before": _("Before the start"),
    "break": _("Break"),
    "check": _("Check not answered; make it up in the replay"),
    "elsewhere": _("In another class too, counted there"),
    "twice": _("On a second device or in the hall; counted once"),
    "after": _("After the end"),
}


def account_rows(lines: Iterable[Line], zone: ZoneInfo) -> list[AccountRow]:
    """Each piece of presence with what became of it."""
    return [
        AccountRow(
            timezone.localtime(moment(one.start), zone),
            timezone.localtime(moment(one.end), zone),
            str(SAID[one.why]),
            one.counts,
        )
        for one in lines
    ]


@dataclass(frozen=True)
class Known:
    """What is known of people beside their presence: the breaks of the class, why each was away,
    and what each has to make up."""

    breaks: Sequence[Stretch]
    away: Mapping[int, str] = field(default_factory=dict)
    gaps: Mapping[int, Sequence[Stretch]] = field(default_factory=dict)


def everything_known(
    session: Session, lasted: tuple[datetime, datetime], members: list[int]
) -> Known:
    """What is known of ``members`` beside their presence in a class that lasted from … to."""
    began, ended = lasted
    away = reasons(members, began, max(ended, began + timedelta(minutes=1)))
    return Known(breaks_of(session.pk), away, gaps_of(session.pk, members))
