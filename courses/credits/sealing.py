"""The sealer: puts committed entries into the hash chain, in batches, one batch at a time.

Entries are appended without the chain, so that a thousand of them wait for nobody. The sealer sees
only what has committed, numbers it in the order of its ids and writes the digests; what commits
later with a lower id comes in a later batch. See ``docs/decisions/0012``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from courses.credits import guards
from courses.credits.chain import GENESIS, digest
from courses.credits.models import CreditEntry

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BATCH = 500
LOCK = 0x1ED6E2
"""Key of the advisory lock that only one sealer holds (PostgreSQL)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Head:
    """The last link: how many entries are sealed, and the digest that depends on all of them."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole chain found; ``fault`` is the first thing that is wrong."""

    head: Head
    unsealed: int
    fault: str = ""


def fields_of(entry: CreditEntry) -> dict[str, Any]:
    """Everything about an entry that its digest covers."""
    return {
        "conversion": entry.conversion,
        "earned_at": _micros(entry.earned_at),
        "earned_on": entry.earned_on.isoformat(),
        "entered_at": _micros(entry.entered_at),
        "entered_by": entry.entered_by_id,
        "evidence": entry.evidence,
        "id": entry.pk,
        "kind": entry.kind,
        "member": entry.member_id,
        "minutes": entry.minutes,
        "mode": entry.mode,
        "period": entry.period,
        "reason": entry.reason,
        "ref": str(entry.ref),
        "reverses": entry.reverses_id,
        "revision": entry.revision,
        "segment": entry.segment,
        "source": [entry.source_kind, entry.source_id],
        "title": entry.title,
        "unit": entry.unit_id,
        "value": entry.value,
    }


def _micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC: exact, and the same whatever zone the row was read in."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def head() -> Head:
    """The last sealed entry, or the beginning."""
    last = CreditEntry.objects.filter(number__isnull=False).order_by("-number").first()
    return Head(last.number or 0, last.digest) if last else Head(0, GENESIS)


def seal() -> int:
    """Seal everything that has committed; answers how many. Another sealer at work: 0."""
    total = 0
    while True:
        done = _seal_batch()
        total += done
        if done < BATCH:
            break
    if total:
        # The log leaves the database: a chain that is cut short later no longer ends like this.
        logger.info("ledger sealed", extra={"entries": total, "head": str(head())})
    return total


@transaction.atomic
def _seal_batch() -> int:
    if not _is_alone():
        return 0
    rows = list(CreditEntry.objects.filter(number__isnull=True).order_by("pk")[:BATCH])
    last = head()
    for row in rows:
        number = last.number + 1
        last = Head(number, digest(last.digest, number, fields_of(row)))
        row.number, row.digest = last.number, last.digest
    CreditEntry.objects.bulk_update(rows, ["number", "digest"], batch_size=100)
    return len(rows)


def _is_alone() -> bool:
    """Whether this transaction is the only sealer. SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def verify(expected: Head | None = None) -> Verdict:
    """Walk the whole chain. ``expected``: a head noted earlier, which must still be in it.

    Finds any sealed entry that was altered, removed, put in or put elsewhere. Entries removed from
    the very end are found only against an ``expected`` head; those not sealed yet are not covered.
    """
    last = Head(0, GENESIS)
    passed = expected is None or expected == last
    for row in _in_order():
        fault = _fault(last, row)
        if fault:
            return Verdict(last, _unsealed(), fault)
        last = Head(last.number + 1, row.digest)
        passed |= last == expected
    fault = "" if passed else f"the head {expected} is not in the chain: entries are gone"
    if not fault and (gone := guards.missing(connection)):
        fault = f"the database no longer refuses changes: {', '.join(gone)} missing"
    return Verdict(last, _unsealed(), fault)


def _fault(last: Head, row: CreditEntry) -> str:
    number = last.number + 1
    if row.number != number:
        return f"entry number {number} is missing (the next is {row.number})"
    if row.digest != digest(last.digest, number, fields_of(row)):
        return f"entry number {number} (id {row.pk}) is not what was sealed"
    return ""


def _in_order() -> Iterator[CreditEntry]:
    sealed = CreditEntry.objects.filter(number__isnull=False).order_by("number")
    return sealed.iterator(chunk_size=2000)


def _unsealed() -> int:
    return CreditEntry.objects.filter(number__isnull=True).count()
