"""Deciding who has completed a course, and everything that follows from it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.catalog.models import Course
from courses.completion.measures import measure
from courses.completion.models import Completion, Enrolment
from courses.completion.queries import empty, rule_of, run_of, self_study_minutes, waits_for
from courses.completion.rows import update
from courses.completion.rules import Finished, Judged, Rule, encode, judge, leaves, progress
from courses.credits import actions as ledger
from courses.credits.actions import Earned
from courses.credits.certificates.actions import Wanted, issue_many
from courses.credits.models import CreditEntry, Mode, Source

CHUNK = 500
"""Most members that are decided by one set of statements."""
FEW = 8
"""Most statements that store how far everybody is; with more different states one is cheaper."""

when_completed: list[Callable[[Sequence[Completion]], None]] = []
"""What others do with new completions, in the same transaction; set in ``apps.ready``. Each has its
``member`` and ``course`` loaded."""


def settle(members: Iterable[int], course_id: int, now: datetime | None = None) -> int:
    """Look whether ``members`` have completed the course they take, and write what follows: the
    completion, its hours, its certificate. Answers how many completed it just now.

    Who has completed it already stays so; who does not take it is left alone. Rows are locked in
    the order of their keys: many at once never wait for each other crosswise.
    """
    wanted = sorted(set(members))
    done = 0
    for first in range(0, len(wanted), CHUNK):
        done += _settle(wanted[first : first + CHUNK], course_id, now or timezone.now())
    return done


@transaction.atomic
def _settle(members: Sequence[int], course_id: int, now: datetime) -> int:
    course = Course.objects.get(pk=course_id)
    rule = rule_of(course)
    open_ones = _current(members, course_id)
    if not open_ones or empty(rule):
        return 0
    runs = {one.member_id: run_of(one) for one in open_ones}
    has = measure(runs, leaves(rule))
    finished: list[tuple[Enrolment, Judged]] = []
    for one in open_ones:
        judged = judge(rule, lambda leaf, who=one.member_id: has.get((who, leaf), 0))  # type: ignore[misc]
        one.permille = max(one.permille, progress(judged))
        if judged.met:
            one.completed_at = now
            finished.append((one, judged))
    _store(open_ones)
    if finished:
        _write(course, rule, finished, now)
        _go_on(course_id, [one.member_id for one, _ in finished], now)
    return len(finished)


def _store(decided: Sequence[Enrolment]) -> None:
    """Write how far each is. Those who are equally far, as at the end of a class, are written by
    one statement."""
    alike: dict[tuple[int, datetime | None], list[int]] = {}
    for one in decided:
        alike.setdefault((one.permille, one.completed_at), []).append(one.pk)
    if len(alike) > FEW:
        update(decided, ["permille", "completed_at"])
        return
    for (permille, at), keys in alike.items():
        Enrolment.objects.filter(pk__in=keys).update(permille=permille, completed_at=at)


def _current(members: Sequence[int], course: int) -> list[Enrolment]:
    """The newest enrolment of each, if it is not completed; locked."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("member")
    newest: dict[int, Enrolment] = {}
    for one in rows.filter(member__in=members, course=course).order_by("pk"):
        before = newest.get(one.member_id)
        if before is None or (one.began_at, one.pk) > (before.began_at, before.pk):
            newest[one.member_id] = one
    return [one for one in newest.values() if one.completed_at is None]


def _write(
    course: Course, rule: Rule, finished: Sequence[tuple[Enrolment, Judged]], now: datetime
) -> None:
    stored = encode(rule)
    completions = [
        Completion(member=one.member, course=course, period=one.period, at=now, rule=stored)
        for one, _ in finished
    ]
    Completion.objects.bulk_create(completions, batch_size=CHUNK)
    entries = _hours(course, finished, now)
    if course.certificate:
        _certify(course, finished, entries)
    for tell in when_completed:
        tell(completions)


def _hours(
    course: Course, finished: Sequence[tuple[Enrolment, Judged]], now: datetime
) -> dict[int, CreditEntry]:
    minutes = self_study_minutes(course)
    if not course.credit_kind or minutes == 0:
        return {}
    earned = [
        Earned(
            member=one.member,
            source_kind=Source.COURSE,
            source_id=str(course.pk),
            title=f"{course.code} {course.title}",
            minutes=minutes,
            kind=course.credit_kind,
            mode=Mode.SELF,
            earned_at=now,
            evidence=_evidence(course, judged),
            period=one.period,
        )
        for one, judged in finished
    ]
    return {entry.member_id: entry for entry in ledger.record_many(earned)}


def _evidence(course: Course, judged: Judged) -> dict[str, Any]:
    """What was asked and what she had, condition by condition."""
    return {
        "course": course.code,
        "version": course.version,
        "conditions": [_condition(one) for one in _ends(judged)],
    }


def _condition(judged: Judged) -> dict[str, Any]:
    leaf = judged.rule
    key = "course" if isinstance(leaf, Finished) else "lesson"
    name = str(leaf.__struct_config__.tag)
    return {"rule": name, key: getattr(leaf, key), "has": judged.has, "needs": judged.needs}


def _ends(judged: Judged) -> list[Judged]:
    """The leaves of a decision."""
    if not judged.parts:
        return [judged]
    return [end for part in judged.parts for end in _ends(part)]


def _certify(
    course: Course,
    finished: Sequence[tuple[Enrolment, Judged]],
    entries: dict[int, CreditEntry],
) -> None:
    issue_many(
        Wanted(
            member=one.member,
            source_kind=Source.COURSE,
            source_id=str(course.pk),
            title=course.title,
            value=entries[one.member_id].value if one.member_id in entries else 0,
            period=one.period,
            months=course.certificate_months,
        )
        for one, _ in finished
    )


def _go_on(course: int, members: Sequence[int], now: datetime) -> None:
    """Courses for which this one was the prerequisite. Each step completes somebody or ends."""
    for other in waits_for(course, members):
        settle(members, other, now)
