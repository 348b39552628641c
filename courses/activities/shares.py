"""How much of a class somebody attended, for the rules of the courses it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from courses.activities.credit import Part, Seen, parts_of, seen_by, shown
from courses.activities.intervals import Stretch, union
from courses.activities.models import Session
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
    found = {}
    for member, seen in seen_by(session, list(members)).items():
        hall = seen.in_hall()
        whole = _share(parts, seen, hall)
        cut = [one for part in parts if (one := shown(session, part)) is not None]
        found[member] = _better(whole, _share(cut, seen, hall)) if cut else whole
    return found


def _better(whole: Share, cut: Share) -> Share:
    """A replay that was cut is measured by what it shows, unless all of the class is better: so
    nobody loses. Who was there while it was held is measured by all of it."""
    return whole._replace(
        replay=max(whole.replay, cut.replay), together=max(whole.together, cut.together)
    )


def _share(parts: Sequence[Part], seen: Seen, hall: Seen) -> Share:
    live = [seen.live(part) for part in parts]
    replay = [seen.replay(part) for part in parts]
    both = [one + other for one, other in zip(live, replay, strict=True)]
    there = [hall.live(part) for part in parts]
    rests = [seen.rests(part) for part in parts]
    return Share(*(_permille(parts, pieces, rests) for pieces in (live, replay, both, there)))


def _permille(
    parts: Sequence[Part], pieces: Sequence[Sequence[Piece]], rests: Sequence[Sequence[Stretch]]
) -> int:
    """Of all parts together, their breaks left out; a whole second more or less is within what
    clocks can tell."""
    found = [
        cover(mine, part.length, 100, rest)
        for part, mine, rest in zip(parts, pieces, rests, strict=True)
    ]
    whole = sum(one.base for one in found)
    if whole <= 0:
        return 0
    return min(1000, int((sum(one.seconds for one in found) + 1e-6) * 1000 / whole))


def covered(session: Session, member: int) -> list[tuple[float, float]]:
    """The seconds of the class that count for her, live and in the replay together, as disjoint
    stretches in order. Nothing before the class has ended."""
    if session.held_from is None or session.held_to is None:
        return []
    seen = seen_by(session, [member]).get(member)
    if seen is None:
        return []
    parts = parts_of(session)
    found = []
    for part in parts:
        rests = seen.rests(part)
        shown_of = cover([*seen.live(part), *seen.replay(part)], part.length, 100, rests).stretches
        # nobody has to make up a break
        found += [(part.start + start, part.start + end) for start, end in (*shown_of, *rests)]
    return union(found)


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
