"""Reading certificates, and what a stranger may learn from one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from courses.credits import queries as ledger
from courses.credits.certificates.models import Certificate
from courses.credits.models import Source
from members.accounts.models import Member
from members.units.models import Unit, UnitRole, UnitRoleKind
from members.units.queries import descendants, people_filter

SHOWN = 100
"""Most certificates shown on one record."""
UNITS = 3000
"""Most units one may choose among."""


@dataclass(frozen=True)
class Verified:
    """What the public page says: enough to compare with a paper in hand, and no more."""

    number: str
    title: str
    name: str
    issued_on: date
    expires_on: date | None
    state: str


def state_of(certificate: Certificate, today: date) -> str:
    """``valid``, ``expired`` or ``revoked``."""
    if certificate.revoked_at is not None:
        return "revoked"
    expires = certificate.expires_on
    return "expired" if expires is not None and today > expires else "valid"


def of_course(member: int, course: int) -> Certificate | None:
    """The newest certificate of ``member`` about ``course`` that was not revoked."""
    rows = Certificate.objects.filter(
        member=member, source_kind=Source.COURSE, source_id=str(course), revoked_at__isnull=True
    )
    return rows.order_by("-issued_on", "-pk").first()


def verified(number: str, today: date) -> Verified | None:
    """What is known of ``number``; None when nothing is."""
    found = Certificate.objects.filter(number=number.upper()).first()
    if found is None:
        return None
    return Verified(
        found.number, found.title, covered(found.name), found.issued_on, found.expires_on,
        state_of(found, today),
    )  # fmt: skip


def covered(name: str) -> str:
    """A name that somebody who knows it recognises: the first sign, then circles."""
    return name[:1] + "○" * min(len(name) - 1, 8)


def certificates_of(member: Member, today: date) -> list[tuple[Certificate, str]]:
    """The certificates of ``member`` with their states, newest first."""
    rows = Certificate.objects.filter(member=member).order_by("-issued_on", "-pk")[:SHOWN]
    return [(one, state_of(one, today)) for one in rows]


def certificates_over(viewer: Member, unit: Unit | None, text: str) -> QuerySet[Certificate]:
    """The certificates of everybody in whose records ``viewer`` may write, newest first; only of
    ``unit`` and below, only those of whose number, title or person ``text`` is a part."""
    people = ledger.writable_people(viewer)
    if unit is not None:
        people = people.filter(people_filter([unit]))
    rows = Certificate.objects.filter(member__in=people.values("pk")).select_related("member")
    if text:
        rows = rows.filter(
            Q(number__icontains=text) | Q(title__icontains=text) | Q(name__icontains=text)
            | Q(member__staff_no__iexact=text)
        )  # fmt: skip
    return rows.order_by("-issued_on", "-pk")


def steered_units(viewer: Member) -> list[Unit]:
    """The units by which ``viewer`` may choose: those she administers and those below."""
    if viewer.is_platform_admin:
        return list(Unit.objects.order_by("kind", "order", "pk")[:UNITS])
    mine = UnitRole.objects.filter(member=viewer, role=UnitRoleKind.ADMIN).values_list("unit")
    below = descendants([row[0] for row in mine])
    return list(below.order_by("kind", "order", "pk")[:UNITS])
