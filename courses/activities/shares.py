"""How much of a class somebody attended, for the rules of the courses it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from courses.activities.credit import Part, Seen, parts_of
from courses.activities.models import Session, Source
from courses.activities.queries import attendance_by_member, presence_elsewhere
from courses.catalog.models import Lesson
from courses.completion.measures import Found, Run
from courses.completion.rules import Attended, Leaf, Present
from courses.credits.crossing import Piece, cover


class Share(NamedTuple):
    """Thousandths of a class: while it was held, afterwards, both united, and in the hall."""

    live: int
    replay: int
    together: int
    hall: int


def shares(session: Session, members: Sequence[int]) -> dict[int, Share]:
    """What each of ``members`` attended of ``session``; who was not there is absent."""
    parts = parts_of(session)
    rows = attendance_by_member(session.pk, list(members))
    elsewhere = presence_elsewhere(session, list(rows))
    found = {}
    for member, stretches in rows.items():
        seen = Seen(session, stretches, elsewhere.get(member, []))
        hall = Seen(session, [row for row in stretches if row.source == Source.HALL], [])
        found[member] = _share(parts, seen, hall)
    return found


def _share(parts: Sequence[Part], seen: Seen, hall: Seen) -> Share:
    live = [seen.live(part) for part in parts]
    replay = [seen.replay(part) for part in parts]
    both = [one + other for one, other in zip(live, replay, strict=True)]
    there = [hall.live(part) for part in parts]
    return Share(*(_permille(parts, pieces) for pieces in (live, replay, both, there)))


def _permille(parts: Sequence[Part], pieces: Sequence[Sequence[Piece]]) -> int:
    """Of all parts together; a whole second more or less is within what clocks can tell."""
    whole = sum(part.length for part in parts)
    if whole <= 0:
        return 0
    seen = sum(
        cover(mine, part.length, 100).seconds for part, mine in zip(parts, pieces, strict=True)
    )
    return min(1000, int((seen + 1e-6) * 1000 / whole))


def attended(runs: Mapping[int, Run], leaves: Sequence[Leaf]) -> Found:
    """The measure of classes: the best of all sessions in which one was held."""
    wanted = [leaf for leaf in leaves if isinstance(leaf, Attended | Present)]
    lessons = Lesson.objects.filter(pk__in={leaf.lesson for leaf in wanted})
    activities = dict(lessons.values_list("pk", "activity"))
    found: dict[tuple[int, Leaf], int] = {}
    sessions = Session.objects.select_related("activity").filter(
        activity__in=set(activities.values()) - {None}, held_to__isnull=False
    )
    for session in sessions:
        mine = [leaf for leaf in wanted if activities.get(leaf.lesson) == session.activity_id]
        counted = [member for member, run in runs.items() if _is_in(session, run)]
        for member, share in shares(session, counted).items():
            for leaf in mine:
                has = _has(leaf, share)
                found[member, leaf] = max(has, found.get((member, leaf), 0))
    return found


def _is_in(session: Session, run: Run) -> bool:
    """Whether a session belongs to a taking of the course: it ended after that began."""
    return run.since is None or (session.held_to is not None and session.held_to >= run.since)


def _has(leaf: Attended | Present, share: Share) -> int:
    if isinstance(leaf, Present):
        return share.hall
    match leaf.way:
        case "live":
            return share.live
        case "replay":
            return share.replay
        case "together":
            return share.together
