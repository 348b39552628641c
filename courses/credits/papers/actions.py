"""Numbering a printed record: the one writer."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from courses.credits.actions import log_view
from courses.credits.certificates.numbers import new_number
from courses.credits.papers.models import RecordPaper
from courses.credits.papers.queries import Content
from courses.credits.queries import may_see
from members.accounts.models import Member

MARK = "R"
"""Begins the number of a record, so that it is not taken for that of a certificate."""


def number_paper(by: Member, said: Content) -> RecordPaper:
    """The paper that says exactly this, with its number: the one there is, or a new one. The look
    at the record is written down.

    Raises:
        PermissionDenied: ``by`` may not see this record.
    """
    if not may_see(by, said.member):
        raise PermissionDenied
    log_view(by, said.member, "record_pdf")
    fresh = RecordPaper(
        number=MARK + new_number(said.year), member=said.member, year=said.year,
        name=said.member.name, totals=said.totals, entries=len(said.rows), digest=said.digest,
        made_at=timezone.now(), made_by=by,
    )  # fmt: skip
    RecordPaper.objects.bulk_create([fresh], ignore_conflicts=True)
    return RecordPaper.objects.get(member=said.member, year=said.year, digest=said.digest)
