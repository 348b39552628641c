"""Issuing and revoking certificates: the only writers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.credits import queries
from courses.credits.certificates.models import Certificate
from courses.credits.certificates.numbers import months_after, new_number
from courses.credits.models import Source
from members.accounts.models import Member

CHUNK = 500
"""Most rows put into one SQL statement."""


@dataclass(frozen=True)
class Wanted:
    """One thing to certify. ``value``: hundredths of a credit hour it stands for; 0 says none."""

    member: Member
    source_kind: str
    source_id: str
    title: str
    value: int = 0
    period: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    months: int | None = None
    """So long it is valid from its day on, where ``expires_on`` says nothing."""

    @property
    def key(self) -> tuple[int, str, str, str]:
        """What makes it the same certificate."""
        return self.member.pk, self.source_kind, self.source_id, self.period


def issue(
    member: Member, source_kind: str, source_id: str, title: str, *, value: int = 0,
    period: str = "", issued_on: date | None = None, expires_on: date | None = None,
) -> Certificate:  # fmt: skip
    """Certify that ``member`` completed something, once per source and period.

    Raises:
        ValueError: an unknown kind of source.
    """
    wanted = Wanted(member, source_kind, source_id, title, value, period, issued_on, expires_on)
    [made] = issue_many([wanted])
    return made


@transaction.atomic
def issue_many(wanted: Iterable[Wanted]) -> list[Certificate]:
    """``issue`` for many at once; answers one certificate for each, in the order given."""
    asked = list(wanted)
    if unknown := {one.source_kind for one in asked} - set(Source.values):
        raise ValueError(f"{unknown} is no source")
    today = queries.today()
    fresh = {one.key: _certificate(one, today) for one in asked}
    Certificate.objects.bulk_create(
        [fresh[key] for key in sorted(fresh)], batch_size=CHUNK, ignore_conflicts=True
    )
    found = {}
    keys = sorted(fresh)
    for first in range(0, len(keys), CHUNK):
        rows = Certificate.objects.filter(
            member__in={key[0] for key in keys[first : first + CHUNK]}
        )
        for one in rows.filter(source_id__in={key[2] for key in keys}):
            found[one.member_id, one.source_kind, one.source_id, one.period] = one
    return [found[one.key] for one in asked]


def _certificate(one: Wanted, today: date) -> Certificate:
    day = one.issued_on or today
    expires = one.expires_on or (months_after(day, one.months) if one.months else None)
    return Certificate(
        number=new_number(day.year), member=one.member, source_kind=one.source_kind,
        source_id=one.source_id, period=one.period, name=one.member.name, title=one.title[:200],
        value=one.value, issued_on=day, expires_on=expires,
    )  # fmt: skip


@transaction.atomic
def revoke(by: Member, certificate: Certificate, reason: str) -> Certificate:
    """From now on the certificate proves nothing; it stays findable and says so.

    Raises:
        PermissionDenied: ``by`` may not write in this record.
        ValueError: no reason.
    """
    if not queries.may_write(by, certificate.member):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("a revocation needs a reason")
    found = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if found.revoked_at is None:
        found.revoked_at, found.revoked_by = timezone.now(), by
        found.revoked_for = reason.strip()[:500]
        found.save(update_fields=["revoked_at", "revoked_by", "revoked_for"])
    return found
