"""The only writers of the ledger: record, reverse, enter by hand.

Everything here appends. Recording the same thing again finds what is there; a thousand people are
written by one call in a handful of statements, sorted, so that many writers never wait in a circle.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from courses.credits import queries
from courses.credits.chain import require_plain
from courses.credits.conversion import LONGEST, Table
from courses.credits.models import CreditEntry, Kind, Mode, Source, ViewLog, Waiver
from courses.credits.periods import local_date
from members.accounts.models import Member

CHUNK = 500
"""Most rows put into one SQL statement."""

when_recorded: list[Callable[[Sequence[CreditEntry]], None]] = []
"""What others do with new entries, in the same transaction (counters); set in ``apps.ready``."""
when_excused: list[Callable[[int], None]] = []
"""Told for whom less, or more, is required because of waivers or of her days here; likewise."""


class AlreadyReversed(ValueError):
    """The entry has been taken back before; nothing was written."""


@dataclass(frozen=True)
class Earned:
    """One thing one person learnt, not yet written. ``minutes``: what the table converts."""

    member: Member
    source_kind: str
    source_id: str
    title: str
    minutes: int
    kind: str
    mode: str
    earned_at: datetime
    evidence: Mapping[str, Any] = field(default_factory=dict)
    segment: str = ""
    period: str = ""
    revision: int = 0
    entered_by: Member | None = None
    reason: str = ""

    @property
    def key(self) -> tuple[int, str, str, str, str, int]:
        """What makes it the same thing."""
        ids = (self.source_kind, self.source_id, self.segment, self.period)
        return (self.member.pk, *ids, self.revision)


def record(
    member: Member,
    source_kind: str,
    source_id: str,
    minutes: int,
    kind: str,
    mode: str,
    earned_at: datetime,
    evidence: Mapping[str, Any],
    *,
    title: str,
    segment: str = "",
    period: str = "",
) -> CreditEntry:
    """Write that ``member`` learnt something, once: the same source again changes nothing.

    Raises:
        TypeError: ``evidence`` holds something that has no exact form (fractions, objects).
        ValueError: an unknown kind, mode or source, or minutes longer than a day.
    """
    earned = Earned(
        member, source_kind, source_id, title, minutes, kind, mode, earned_at, evidence,
        segment, period,
    )  # fmt: skip
    [entry] = record_many([earned])
    return entry


@transaction.atomic
def record_many(earned: Iterable[Earned]) -> list[CreditEntry]:
    """``record`` for many at once; answers one entry for each, in the order given."""
    wanted = list(earned)
    zone, now = queries.zone(), timezone.now()
    tables: dict[date, Table] = {}
    made = {one.key: _entry(one, zone, now, tables) for one in wanted}
    ordered = [made[key] for key in sorted(made)]
    CreditEntry.objects.bulk_create(ordered, batch_size=CHUNK, ignore_conflicts=True)
    found = _find(ordered)
    if missing := made.keys() - found.keys():
        raise ValueError(f"the database took no entry for {sorted(missing)[:3]}")
    fresh = [found[key] for key in sorted(made) if found[key].ref == made[key].ref]
    _announce(fresh)
    return [found[one.key] for one in wanted]


def _entry(one: Earned, zone: ZoneInfo, now: datetime, tables: dict[date, Table]) -> CreditEntry:
    _require_words(one)
    require_plain(one.evidence)
    day = local_date(one.earned_at, zone)
    if day not in tables:
        tables[day] = queries.table_for(day)
    table = tables[day]
    return CreditEntry(
        ref=uuid.uuid4(),
        member=one.member,
        source_kind=one.source_kind,
        source_id=one.source_id,
        segment=one.segment,
        period=one.period,
        revision=one.revision,
        title=one.title[:200],
        kind=one.kind,
        mode=one.mode,
        minutes=one.minutes,
        value=table.hundredths(one.minutes, one.mode),
        conversion=table.name,
        earned_at=one.earned_at,
        earned_on=day,
        unit_id=one.member.department_id,
        evidence=dict(one.evidence),
        entered_by=one.entered_by,
        reason=one.reason,
        entered_at=now,
    )


def _require_words(one: Earned) -> None:
    """SQLite's INSERT OR IGNORE would pass over a broken rule in silence: so it is checked here."""
    for word, known in ((one.kind, Kind), (one.mode, Mode), (one.source_kind, Source)):
        if word not in known.values:
            raise ValueError(f"{word!r} is no {known.__name__.lower()}")
    if not 0 <= one.minutes <= LONGEST:
        raise ValueError(f"{one.minutes} minutes are not a length of one entry")
    if (
        len(one.source_id) > 64
        or not one.source_id
        or max(map(len, (one.segment, one.period))) > 32
    ):
        raise ValueError("a source has an id of at most 64 characters, its parts of 32")


def _find(ordered: Sequence[CreditEntry]) -> dict[tuple[int, str, str, str, str, int], CreditEntry]:
    """The rows with the keys of ``ordered``, whoever wrote them."""
    wanted = {_key(one) for one in ordered}
    found = {}
    for at in range(0, len(ordered), CHUNK):
        part = ordered[at : at + CHUNK]
        rows = CreditEntry.objects.filter(
            reverses__isnull=True,
            member__in={one.member_id for one in part},
            source_kind__in={one.source_kind for one in part},
            source_id__in={one.source_id for one in part},
        )
        found.update({_key(row): row for row in rows if _key(row) in wanted})
    return found


def _key(one: CreditEntry) -> tuple[int, str, str, str, str, int]:
    ids = (one.source_kind, one.source_id, one.segment, one.period)
    return (one.member_id, *ids, one.revision)


def _announce(fresh: Sequence[CreditEntry]) -> None:
    if fresh:
        for tell in when_recorded:
            tell(fresh)


@transaction.atomic
def reverse(entry: CreditEntry, reason: str, by: Member | None = None) -> CreditEntry:
    """Take ``entry`` back by a second one of the negative value; the first stays as it is.

    Raises:
        AlreadyReversed: it was taken back before, or is itself a reversal.
        ValueError: no reason.
    """
    if not reason.strip():
        raise ValueError("a reversal needs a reason")
    if entry.reverses_id is not None:
        raise AlreadyReversed(str(entry.ref))
    opposite = CreditEntry(
        ref=uuid.uuid4(), member_id=entry.member_id, source_kind=entry.source_kind,
        source_id=entry.source_id, segment=entry.segment, period=entry.period,
        revision=entry.revision, title=entry.title, kind=entry.kind, mode=entry.mode,
        minutes=entry.minutes, value=-entry.value, conversion=entry.conversion,
        earned_at=entry.earned_at, earned_on=entry.earned_on, unit_id=entry.unit_id,
        evidence={"reverses": str(entry.ref)}, entered_by=by, reason=reason.strip()[:500],
        reverses=entry, entered_at=timezone.now(),
    )  # fmt: skip
    CreditEntry.objects.bulk_create([opposite], ignore_conflicts=True)
    written = CreditEntry.objects.get(reverses=entry)
    if written.ref != opposite.ref:
        raise AlreadyReversed(str(entry.ref))
    _announce([written])
    return written


@transaction.atomic
def replace(entry: CreditEntry, earned: Earned, reason: str) -> CreditEntry:
    """Reverse ``entry`` and write ``earned`` in its place, as the next revision of its key."""
    reverse(entry, reason, earned.entered_by)
    [written] = record_many([_next_revision(entry, earned)])
    return written


def _next_revision(entry: CreditEntry, earned: Earned) -> Earned:
    changed = {
        "source_kind": entry.source_kind, "source_id": entry.source_id, "segment": entry.segment,
        "period": entry.period, "revision": entry.revision + 1,
    }  # fmt: skip
    return Earned(**{**earned.__dict__, **changed})


def enter_by_hand(
    by: Member, member: Member, *, title: str, minutes: int, kind: str, mode: str, on: date,
    reason: str, token: str = "",
) -> CreditEntry:  # fmt: skip
    """What nobody measured, written by the admin of the member's unit with a reason.

    ``token`` (a UUID of the form that was filled in) makes sending it twice harmless.

    Raises:
        PermissionDenied: ``by`` may not write in this record.
        ValueError: no reason, a date in the future, or words nobody knows.
    """
    if not queries.may_write(by, member):
        raise PermissionDenied
    zone = queries.zone()
    if not reason.strip() or on > local_date(timezone.now(), zone):
        raise ValueError("an entry by hand needs a reason and a day that has been")
    earned = Earned(
        member=member, source_kind=Source.MANUAL, source_id=token or str(uuid.uuid4()),
        title=title, minutes=minutes, kind=kind, mode=mode,
        earned_at=datetime.combine(on, time(12), zone), evidence={"entered": "by hand"},
        entered_by=by, reason=reason.strip()[:500],
    )  # fmt: skip
    [entry] = record_many([earned])
    return entry


@transaction.atomic
def waive(
    by: Member, member: Member, first: date, last: date, reason: str, code: str = ""
) -> Waiver:
    """Excuse ``member`` from the requirement ``code``, or from all, on the days from … to.

    Raises:
        PermissionDenied: ``by`` may not write in this record.
        ValueError: no reason, or the days are in the wrong order.
    """
    if not queries.may_write(by, member):
        raise PermissionDenied
    if not reason.strip() or last < first:
        raise ValueError("a waiver has a reason, and ends after it begins")
    made = Waiver.objects.create(
        member=member, code=code, first=first, last=last, reason=reason.strip()[:500],
        approved_by=by,
    )  # fmt: skip
    tell_excused(member.pk)
    return made


@transaction.atomic
def withdraw(by: Member, waiver: Waiver) -> None:
    """End a waiver; it stays readable.

    Raises:
        PermissionDenied: ``by`` may not write in this record.
    """
    if not queries.may_write(by, waiver.member):
        raise PermissionDenied
    Waiver.objects.filter(pk=waiver.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now()
    )
    tell_excused(waiver.member_id)


def tell_excused(member: int) -> None:
    """Say that what is required of ``member`` has changed; in the transaction that changed it."""
    for tell in when_excused:
        tell(member)


def log_view(viewer: Member, subject: Member, what: str) -> None:
    """Note that somebody looked at another's record; oneself is nobody's business."""
    if viewer.pk == subject.pk:
        return
    now, day = timezone.now(), queries.today()
    row = ViewLog.objects.filter(viewer=viewer, subject=subject, day=day, what=what)
    if row.update(times=F("times") + 1, last_at=now):
        return
    fresh = ViewLog(viewer=viewer, subject=subject, day=day, what=what, times=0, last_at=now)
    ViewLog.objects.bulk_create([fresh], ignore_conflicts=True)
    row.update(times=F("times") + 1, last_at=now)


def log_views(viewer: Member, subjects: Iterable[int], what: str) -> None:
    """The same for several people at once, a statement for each ``CHUNK`` of them: a list shows
    dozens, an export everybody. In the order of their keys, so that two never wait crosswise."""
    now, day = timezone.now(), queries.today()
    others = sorted(set(subjects) - {viewer.pk})
    with connection.cursor() as cursor:
        for first in range(0, len(others), CHUNK):
            keys = others[first : first + CHUNK]
            places = ", ".join(["%s"] * len(keys))
            values = [viewer.pk, _prepared("day", day), what, _prepared("last_at", now)]
            cursor.execute(_LOG.format(places=places), [*values, *keys])


def _prepared(field: str, value: object) -> Any:
    """``value`` as the database takes it in a column of ``ViewLog``."""
    column: Any = ViewLog._meta.get_field(field)
    return column.get_db_prep_save(value, connection)


_LOG = """
    INSERT INTO courses_viewlog (viewer_id, subject_id, day, what, times, last_at)
    SELECT %s, m.id, %s, %s, 1, %s FROM members_member m WHERE m.id IN ({places}) ORDER BY m.id
    ON CONFLICT (subject_id, day, viewer_id, what)
    DO UPDATE SET times = courses_viewlog.times + 1, last_at = excluded.last_at
"""
