"""A batch of reports and what the database knows: read once, decided in memory, written once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.completion import rows
from courses.completion.budget import Account, believed
from courses.completion.crossings import Growth
from courses.completion.models import Lease, Progress
from courses.completion.once import Seen, taken
from courses.completion.policy import policy
from courses.completion.ranges import Cover, Range, cover, length, pack, permille, unpack
from courses.completion.replays import Replayed
from realtime.protocol.refusals import Refusal

LATE = timedelta(days=7)
"""How long a page that was cut off may bring in what it played before another page took over."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one page says.

    Args:
        lease, member, lesson, version: which page, as its sealed token has it (lesson 0: the replay
            of a class); duration: ticks (or pages) of that version; number: counts the page's
            reports, from 1; played: in the order of playing; position: where to go on; price: what
            a tick (or page) costs of the account.
    """

    lease: int
    member: int
    lesson: int
    version: int
    duration: int
    number: int
    played: tuple[Range, ...]
    position: int
    price: int = 1


@dataclass(frozen=True, slots=True)
class Taken:
    """The state after a report.

    Args:
        number: newest report that was taken; kept: ticks of this one that were believed; watched:
            what is covered of this version; permille: the most that was ever reached; open:
            whether the page still has the lesson (False: another one took over).
    """

    number: int
    kept: int
    watched: Cover
    permille: int
    open: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """What was claimed and not believed: ticks, and the lesson of the last claim (None: the replay
    of a class)."""

    ticks: int
    lesson: int | None


_Key = tuple[int, int, str]
"""Member, lesson, period."""


def _key(progress: Progress) -> _Key:
    return progress.member_id, progress.lesson_id, progress.period


class Book:
    """What a batch of reports changes.

    Args:
        reports: all of the batch; now: the server's time.
    """

    def __init__(self, reports: Iterable[Report], now: datetime) -> None:
        self._now = now
        reports = list(reports)
        # In the order of their keys, so that two processes never wait for each other crosswise.
        leases = Lease.objects.select_for_update().filter(pk__in={one.lease for one in reports})
        self._leases = {one.pk: one for one in leases.order_by("pk")}
        members = {one.member for one in reports}
        lessons = {one.lesson for one in reports}
        known = Progress.objects.select_for_update().filter(member__in=members, lesson__in=lessons)
        self._progress = {_key(one): one for one in known.order_by("pk")}
        self._covers: dict[_Key, Cover] = {}
        self._new: dict[_Key, Progress] = {}
        self._changed: dict[_Key, Progress] = {}
        self._reported: dict[int, Lease] = {}
        self.grown: list[Growth] = []
        """Whose share of a lesson is larger now."""
        self.replayed: list[Replayed] = []
        """What was seen of replays."""
        self.refused: dict[int, Refused] = {}
        """Whose pages claimed more than the clock allows."""

    def take(self, report: Report) -> Taken | Refusal:
        """Decide one report."""
        lease = self._leases.get(report.lease)
        if lease is None or lease.member_id != report.member or self._is_stale(lease):
            return Refusal("lesson_closed")
        if lease.session_id is not None:
            return self._take_replay(lease, lease.session_id, report)
        progress = self._progress_of(report, lease.period)
        seen = taken(Seen(lease.reported, lease.window), report.number)
        if seen is None:
            return self._state(lease, progress, 0)
        kept = self._believe(lease, report)
        self._grow(progress, report, kept)
        lease.reported, lease.window = seen
        self._reported[lease.pk] = lease
        return self._state(lease, progress, length(kept))

    def _take_replay(self, lease: Lease, session: int, report: Report) -> Taken:
        """What was seen of a replay is no progress of a lesson: it is presence in the class."""
        seen = taken(Seen(lease.reported, lease.window), report.number)
        kept: list[Range] = []
        if seen is not None:
            since = lease.filled_at
            kept = self._believe(lease, report)
            lease.reported, lease.window = seen
            self._reported[lease.pk] = lease
            if kept:
                one = Replayed(report.member, session, tuple(kept), since, lease.filled_at)
                self.replayed.append(one)
        return Taken(lease.reported, length(kept), (), 0, lease.closed_at is None)

    def write(self) -> None:
        """Write what has changed."""
        Progress.objects.bulk_create(self._new.values())
        rows.update(
            self._changed.values(),
            ["version", "length", "cover", "covered", "permille", "position", "changed_at"],
        )
        rows.update(self._reported.values(), ["reported", "window", "ticks", "filled_at"])

    def _is_stale(self, lease: Lease) -> bool:
        return lease.closed_at is not None and lease.closed_at < self._now - LATE

    def _believe(self, lease: Lease, report: Report) -> list[Range]:
        """What counts of the report; a closed lease has nothing more than it had when it closed."""
        until = min(self._now, lease.closed_at) if lease.closed_at else self._now
        account = Account(lease.ticks, lease.filled_at.timestamp())
        kept, account = believed(account, report.played, policy(), until.timestamp(), report.price)
        lease.ticks = account.ticks
        lease.filled_at = max(lease.filled_at, until)
        self._doubt(lease, (length(report.played) - length(kept)) * report.price)
        return kept

    def _doubt(self, lease: Lease, ticks: int) -> None:
        if ticks > 0:
            before = self.refused.get(lease.member_id)
            ticks += before.ticks if before else 0
            self.refused[lease.member_id] = Refused(ticks, lease.lesson_id)

    def _grow(self, progress: Progress, report: Report, kept: list[Range]) -> None:
        key = _key(progress)
        if report.version < progress.version:
            return  # a page that still has what was replaced; what it reached before stays
        if report.version > progress.version:
            self._covers[key] = ()
            progress.version, progress.length = report.version, report.duration
        watched = self._covers[key] = cover([*self._covers[key], *kept], progress.length)
        progress.cover, progress.covered = pack(watched), length(watched)
        progress.position = min(max(report.position, 0), progress.length)
        progress.changed_at = self._now
        reached = permille(watched, progress.length)
        if reached > progress.permille:
            grown = Growth(report.member, report.lesson, progress.permille, reached)
            self.grown.append(grown)
            progress.permille = reached
        if key not in self._new:
            self._changed[key] = progress

    def _progress_of(self, report: Report, period: str) -> Progress:
        key = (report.member, report.lesson, period)
        progress = self._progress.get(key)
        if progress is None:
            progress = self._progress[key] = self._new[key] = Progress(
                member_id=report.member,
                lesson_id=report.lesson,
                period=period,
                version=report.version,
                length=report.duration,
                changed_at=self._now,
            )
        if key not in self._covers:
            self._covers[key] = unpack(bytes(progress.cover))
        return progress

    def _state(self, lease: Lease, progress: Progress, kept: int) -> Taken:
        watched = self._covers[_key(progress)]
        return Taken(lease.reported, kept, watched, progress.permille, lease.closed_at is None)
