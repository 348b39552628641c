"""What the media process knows of a room, with names: worst first, and never more than a page."""

from __future__ import annotations

import time
from typing import TypedDict

from liveclass.classes.names import name_of, unit_of
from liveclass.reception.relays import is_relay
from members.accounts.models import Member
from realtime.media_grades import GRADES, grade_of, worst
from realtime.media_stats import Arrival, MediaStats, PublisherStats, UpStats, ViewerStats
from realtime.protocol.state import LineGrade

SHOWN = 50
"""People on the page; the counts above are of all."""


class Published(TypedDict):
    """One published stream. Counters grow from its begin: the page works out what is a rate."""

    name: str
    stream: str
    seconds: float
    watching: int
    tracks: list[UpStats]


class Watching(TypedDict):
    """One person and how the stage arrives at her, the worst of her sessions."""

    id: int
    name: str
    unit: str
    grade: LineGrade
    loss: float
    rtt_ms: float | None
    jitter_ms: float
    seconds: float
    bitrate: int
    repaired: int
    sessions: int
    relay: bool | None
    """Whether she comes through TURN; None where that cannot be known."""


class Report(TypedDict):
    """Everything the page shows. ``at``: unix seconds of the media process's answer."""

    at: float
    publishers: list[Published]
    counts: dict[LineGrade, int]
    total: int
    viewers: list[Watching]


def report(stats: MediaStats) -> Report:
    """The figures of one room, ready to be shown. Two queries at most."""
    sessions: dict[int, list[ViewerStats]] = {}
    for one in stats.viewers:
        if one.stream in ("camera", "screen"):
            sessions.setdefault(one.member, []).append(one)
    grades = {member: worst(map(grade_of, own)) for member, own in sessions.items()}
    order = sorted(sessions, key=lambda one: _badness(grades[one], sessions[one]), reverse=True)
    published = [one for one in stats.published() if one.stream in ("camera", "screen")]
    people = _people({*order[:SHOWN], *(one.member for one in published)})
    return {
        "at": time.time(),
        "publishers": [_published(one, people) for one in published],
        "counts": {grade: list(grades.values()).count(grade) for grade in GRADES},
        "total": len(sessions),
        "viewers": [_watching(one, sessions[one], grades[one], people) for one in order[:SHOWN]],
    }


def _people(members: set[int]) -> dict[int, Member]:
    rows = Member.objects.select_related("department").filter(pk__in=members)
    return {member.pk: member for member in rows}


def _published(one: PublisherStats, people: dict[int, Member]) -> Published:
    return {
        "name": _name(one.member, people),
        "stream": one.stream,
        "seconds": one.seconds,
        "watching": one.watching,
        "tracks": one.tracks,
    }


def _watching(
    member: int, own: list[ViewerStats], grade: LineGrade, people: dict[int, Member]
) -> Watching:
    tracks = [track for session in own for track in session.tracks]
    person = people.get(member)
    return {
        "id": member,
        "name": _name(member, people),
        "unit": unit_of(person.department) if person else "",
        "grade": grade,
        "loss": max((track.loss for track in tracks), default=0.0),
        "rtt_ms": _longest(tracks),
        "jitter_ms": max((track.jitter_ms for track in tracks), default=0.0),
        "seconds": max(session.seconds for session in own),
        "bitrate": sum(track.bitrate for track in tracks),
        "repaired": sum(track.repaired for track in tracks),
        "sessions": len(own),
        "relay": is_relay(own[0].address),
    }


def _name(member: int, people: dict[int, Member]) -> str:
    return name_of(people[member]) if member in people else str(member)


def _longest(tracks: list[Arrival]) -> float | None:
    return max((track.rtt_ms for track in tracks if track.rtt_ms is not None), default=None)


def _badness(grade: LineGrade, own: list[ViewerStats]) -> tuple[int, float, float]:
    tracks = [track for session in own for track in session.tracks]
    loss = max((track.loss for track in tracks), default=0.0)
    return GRADES.index(grade), loss, _longest(tracks) or 0.0
