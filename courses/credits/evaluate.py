"""What is required, what was earned, what counts and why not: one pure function for every page.

All values are hundredths of a credit hour, all dates local dates of the organisation. The order is
fixed: layers → threshold after pro rata → entries of the period → each thing once → daily cap →
caps per mode → what was carried over → minima and counts → state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from courses.credits.periods import Away, Period, share_by_days, share_by_months

Reason = Literal["reversed", "other_kind", "repeated", "day_cap", "mode_cap"]
State = Literal[
    "not_applicable", "waived", "not_started", "in_progress", "due_soon", "met", "not_met"
]
ProRata = Literal["none", "monthly", "daily"]

NEAR = timedelta(days=30)
"""How long before the end of a period an unmet requirement is due soon."""
REMARKABLE_DAY = 800
"""More than this in one day is shown to a human (never to a machine)."""
REMARKABLE_END = (30, 7)
"""More than 30 % of the period's hours in its last 7 days: the same."""


@dataclass(frozen=True)
class Item:
    """An entry of the ledger as the evaluation sees it. ``once`` is equal for the same thing learnt
    twice; ``reversed`` entries stay visible and count nothing."""

    ref: str
    once: str
    kind: str
    mode: str
    value: int
    earned_on: date
    reversed: bool = False


@dataclass(frozen=True)
class Cap:
    """At most ``percent`` of what is required may come from ``modes``."""

    modes: frozenset[str]
    percent: int


@dataclass(frozen=True)
class Floor:
    """At least ``value`` of the counted hours must be of these kinds and modes (empty: any)."""

    value: int
    kinds: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tally:
    """At least ``times`` counted entries must be of these modes, e.g. one centralised training."""

    times: int
    modes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """What one layer asks for. ``kinds`` empty: hours of every kind count."""

    code: str
    threshold: int
    kinds: frozenset[str] = frozenset()
    day_cap: int | None = None
    caps: tuple[Cap, ...] = ()
    floors: tuple[Floor, ...] = ()
    tallies: tuple[Tally, ...] = ()
    pro_rata: ProRata = "monthly"
    carry_most: int = 0


@dataclass(frozen=True)
class Line:
    """What became of one entry: ``counted + held == earned`` (nothing is earned once reversed)."""

    item: Item
    counted: int
    held: int
    reason: Reason | None


@dataclass(frozen=True)
class FloorResult:
    """One minimum: how much is there."""

    floor: Floor
    have: int

    @property
    def missing(self) -> int:
        """Hundredths still to be earned."""
        return max(0, self.floor.value - self.have)


@dataclass(frozen=True)
class TallyResult:
    """One count: how many are there."""

    tally: Tally
    have: int

    @property
    def missing(self) -> int:
        """How many are still wanted."""
        return max(0, self.tally.times - self.have)


@dataclass(frozen=True)
class Result:
    """Everything a page says about one requirement in one period."""

    period: Period
    state: State
    required: int
    full: int
    decided_by: str
    earned: int
    counted: int
    carried: int
    lines: tuple[Line, ...]
    floors: tuple[FloorResult, ...] = ()
    tallies: tuple[TallyResult, ...] = ()
    excused: bool = False
    remarks: tuple[str, ...] = field(default=())

    @property
    def held(self) -> int:
        """Earned and not counted."""
        return self.earned - self.counted

    @property
    def missing(self) -> int:
        """Hundredths still to be earned for the threshold (minima and counts have their own)."""
        return max(0, self.required - self.counted - self.carried)

    @property
    def is_met(self) -> bool:
        """Whether hours, minima and counts are all there."""
        floors_missing = any(one.missing for one in self.floors)
        return not (self.missing or floors_missing or any(one.missing for one in self.tallies))

    def held_by(self) -> dict[Reason, int]:
        """What was not counted, by reason."""
        found: dict[Reason, int] = {}
        for line in self.lines:
            if line.reason is not None and line.held:
                found[line.reason] = found.get(line.reason, 0) + line.held
        return found


def strictest(rules: Sequence[Rule]) -> Rule:
    """All layers as one rule: the largest threshold, the tightest of everything else.

    A lower layer can add, never loosen. ``code`` names the layer that decided the threshold; of
    equal ones the first, so pass the highest layer first.

    Raises:
        ValueError: there is no rule, or they are about different kinds.
    """
    if not rules or len({rule.kinds for rule in rules}) != 1:
        raise ValueError("layers of one requirement are about the same kinds")
    first = max(rules, key=lambda rule: rule.threshold)
    caps: dict[frozenset[str], int] = {}
    floors: dict[tuple[frozenset[str], frozenset[str]], int] = {}
    tallies: dict[tuple[frozenset[str], frozenset[str]], int] = {}
    for rule in rules:
        for cap in rule.caps:
            caps[cap.modes] = min(cap.percent, caps.get(cap.modes, 100))
        for floor in rule.floors:
            key = (floor.kinds, floor.modes)
            floors[key] = max(floor.value, floors.get(key, 0))
        for tally in rule.tallies:
            key = (tally.kinds, tally.modes)
            tallies[key] = max(tally.times, tallies.get(key, 0))
    day_caps = [rule.day_cap for rule in rules if rule.day_cap is not None]
    lenient = any(rule.pro_rata == "none" for rule in rules)
    return Rule(
        code=first.code,
        threshold=first.threshold,
        kinds=first.kinds,
        day_cap=min(day_caps, default=None),
        caps=tuple(Cap(modes, percent) for modes, percent in caps.items()),
        floors=tuple(Floor(value, *key) for key, value in floors.items()),
        tallies=tuple(Tally(n, modes, kinds) for (kinds, modes), n in tallies.items()),
        pro_rata="none" if lenient else first.pro_rata,
        carry_most=min(rule.carry_most for rule in rules),
    )


def evaluate(
    rule: Rule,
    period: Period,
    items: Iterable[Item],
    today: date,
    *,
    absent: Sequence[Away] = (),
    waived: Sequence[Away] = (),
    carried: int = 0,
) -> Result:
    """Hold ``items`` against ``rule`` in ``period`` as it stands on ``today``.

    ``absent``: days before joining and after leaving; ``waived``: days somebody was excused for;
    ``carried``: what the period before left over.
    """
    required, share = _required(rule, period, [*absent, *waived])
    inside = sorted((one for one in items if one.earned_on in period), key=_order)
    lines = _lines(rule, required, inside)
    earned = sum(one.counted + one.held for one in lines if one.reason != "reversed")
    result = Result(
        period=period,
        state="in_progress",
        required=required,
        full=rule.threshold,
        decided_by=rule.code,
        earned=earned,
        counted=sum(one.counted for one in lines),
        carried=min(max(carried, 0), rule.carry_most),
        lines=tuple(lines),
        floors=tuple(_floors(rule, lines, share)),
        tallies=tuple(_tallies(rule, lines)) if share[0] else (),
        excused=bool(waived) and required < rule.threshold,
        remarks=tuple(_remarks(period, lines)),
    )
    return _with_state(result, share, period, today, bool(waived))


def _order(item: Item) -> tuple[date, str]:
    return item.earned_on, item.ref


def _required(rule: Rule, period: Period, away: list[Away]) -> tuple[int, tuple[int, int]]:
    """The threshold for somebody who was ``away``, truncated; and the share that it is."""
    if rule.pro_rata == "none":
        gone = share_by_days(period, away)[0] == 0
        return (0, (0, 1)) if gone else (rule.threshold, (1, 1))
    share = share_by_days if rule.pro_rata == "daily" else share_by_months
    counted, total = share(period, away)
    return rule.threshold * counted // total, (counted, total)


def _lines(rule: Rule, required: int, items: Sequence[Item]) -> list[Line]:
    """Each entry with what of it counts; the first reason that applies is the one that is told."""
    seen: set[str] = set()
    per_day: dict[date, int] = {}
    left = [required * cap.percent // 100 for cap in rule.caps]
    lines = []
    for item in items:
        whole = _refused_whole(rule, item, seen)
        if whole is not None:
            lines.append(Line(item, 0, item.value, whole))
            continue
        seen.add(item.once)
        count = item.value
        reason: Reason | None = None
        if rule.day_cap is not None:
            room = max(0, rule.day_cap - per_day.get(item.earned_on, 0))
            if count > room:
                count, reason = room, "day_cap"
        count, reason = _capped(rule, left, item, count, reason)
        per_day[item.earned_on] = per_day.get(item.earned_on, 0) + count
        lines.append(Line(item, count, item.value - count, reason))
    return lines


def _refused_whole(rule: Rule, item: Item, seen: set[str]) -> Reason | None:
    if item.reversed:
        return "reversed"
    if rule.kinds and item.kind not in rule.kinds:
        return "other_kind"
    return "repeated" if item.once in seen else None


def _capped(
    rule: Rule, left: list[int], item: Item, count: int, reason: Reason | None
) -> tuple[int, Reason | None]:
    """``count`` cut to what the caps on the entry's mode leave; they are used up by it."""
    mine = [at for at, cap in enumerate(rule.caps) if item.mode in cap.modes]
    room = min((left[at] for at in mine), default=count)
    if count > room:
        count, reason = room, "mode_cap"
    for at in mine:
        left[at] -= count
    return count, reason


def _matches(item: Item, kinds: frozenset[str], modes: frozenset[str]) -> bool:
    return (not kinds or item.kind in kinds) and (not modes or item.mode in modes)


def _floors(rule: Rule, lines: Sequence[Line], share: tuple[int, int]) -> Iterable[FloorResult]:
    """A minimum shrinks with the threshold: half a year asks for half of it."""
    for floor in rule.floors:
        wanted = Floor(floor.value * share[0] // share[1], floor.kinds, floor.modes)
        have = sum(line.counted for line in lines if _matches(line.item, floor.kinds, floor.modes))
        yield FloorResult(wanted, have)


def _tallies(rule: Rule, lines: Sequence[Line]) -> Iterable[TallyResult]:
    for tally in rule.tallies:
        have = sum(
            1 for line in lines if line.counted and _matches(line.item, tally.kinds, tally.modes)
        )
        yield TallyResult(tally, have)


def _remarks(period: Period, lines: Sequence[Line]) -> Iterable[str]:
    """What a human should look at: ``full_day`` and ``last_week``. It changes nothing."""
    valid = [line for line in lines if line.reason not in ("reversed", "other_kind", "repeated")]
    by_day: dict[date, int] = {}
    for line in valid:
        day = line.item.earned_on
        by_day[day] = by_day.get(day, 0) + line.item.value
    if any(value > REMARKABLE_DAY for value in by_day.values()):
        yield "full_day"
    percent, days = REMARKABLE_END
    late_from = period.last - timedelta(days=days - 1)
    total = sum(by_day.values())
    late = sum(value for day, value in by_day.items() if day >= late_from)
    if period.days > 4 * days and total >= REMARKABLE_DAY and late * 100 > total * percent:
        yield "last_week"


def _with_state(
    result: Result, share: tuple[int, int], period: Period, today: date, excused: bool
) -> Result:
    state: State
    if share[0] == 0:
        state = "waived" if excused else "not_applicable"
    elif result.is_met:
        state = "met"
    elif period.is_over(today):
        state = "not_met"
    elif period.last - today < NEAR:
        state = "due_soon"
    else:
        state = "in_progress" if result.counted else "not_started"
    return Result(**{**result.__dict__, "state": state})
