"""Issuing and revoking certificates: the only writers."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.credits import queries
from courses.credits.certificates.models import Certificate
from courses.credits.certificates.numbers import new_number
from courses.credits.models import Source
from members.accounts.models import Member


@transaction.atomic
def issue(
    member: Member, source_kind: str, source_id: str, title: str, *, value: int = 0,
    period: str = "", issued_on: date | None = None, expires_on: date | None = None,
) -> Certificate:  # fmt: skip
    """Certify that ``member`` completed something, once per source and period.

    ``value``: hundredths of a credit hour it stands for; 0 when it says none.

    Raises:
        ValueError: an unknown kind of source.
    """
    if source_kind not in Source.values:
        raise ValueError(f"{source_kind!r} is no source")
    day = issued_on or queries.today()
    fresh = Certificate(
        number=new_number(day.year), member=member, source_kind=source_kind, source_id=source_id,
        period=period, name=member.name, title=title[:200], value=value, issued_on=day,
        expires_on=expires_on,
    )  # fmt: skip
    Certificate.objects.bulk_create([fresh], ignore_conflicts=True)
    return Certificate.objects.get(
        member=member, source_kind=source_kind, source_id=source_id, period=period
    )


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
