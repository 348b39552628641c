"""Raising flags, saying what happened, and settling them.

Raising changes nothing else; settling neither. Who settles one and finds that a record is wrong
corrects the record, where everybody can see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.completion.book import Refused
from courses.completion.ranges import TICKS_PER_SECOND
from courses.credits.periods import local_date
from courses.credits.queries import zone
from courses.quizzes import papers
from courses.quizzes.kinds import AttemptState, QuestionKind
from courses.quizzes.models import Attempt, Response
from courses.reports.flags import noticing, queries
from courses.reports.flags.models import (
    ANSWER_CHARS,
    Doubt,
    Flag,
    FlagKind,
    FlagPerson,
    Outcome,
    Sheet,
)
from members.accounts.models import Member

LOOKED_AT_ONCE = 500
"""Attempts that one run looks at; the next one takes the rest."""
LOOKS_BACK = timedelta(days=7)
COMPARES = timedelta(days=90)
"""How far back answers are compared; then their digests are forgotten."""
REMEMBERS = timedelta(days=730)
"""How long a settled flag is kept."""
MOST_PEOPLE = 50
"""Of one flag: the first who answered alike."""
SECONDS_MOST = 2**31 - 1


class Settled(ValueError):
    """Somebody has settled this flag already."""


# ---- raising


def doubt(refused: Mapping[int, Refused], now: datetime) -> None:
    """Pages claimed more playing than time has passed: remember how much that was today, and raise
    a flag where it is too much for late timers. In the transaction of the reports."""
    day = local_date(now, zone())
    for member, claim in sorted(refused.items()):
        Doubt.objects.bulk_create([Doubt(member_id=member, day=day)], ignore_conflicts=True)
        row = Doubt.objects.filter(member=member, day=day)
        row.update(ticks=F("ticks") + claim.ticks, lesson=claim.lesson)
        seconds = row.values_list("ticks", flat=True).get() // TICKS_PER_SECOND
        if seconds >= noticing.UNBELIEVED:
            _claims(member, claim.lesson, day, min(seconds, SECONDS_MOST), now)


def _claims(member: int, lesson: int | None, day: date, seconds: int, now: datetime) -> None:
    flag, new = Flag.objects.get_or_create(
        key=f"claims:{member}:{day}",
        defaults={
            "kind": FlagKind.CLAIMS, "lesson_id": lesson, "day": day, "seconds": seconds,
            "raised_at": now,
        },
    )  # fmt: skip
    if new:
        FlagPerson.objects.create(flag=flag, member_id=member)
    else:
        Flag.objects.filter(pk=flag.pk, outcome="").update(seconds=seconds)


def look_at_attempts(now: datetime | None = None) -> int:
    """Look at quizzes that ended and were not looked at, oldest first. Run by the worker: whatever
    process dies, the next run goes on.

    Returns:
        how many were looked at.
    """
    when = now or timezone.now()
    ended = Attempt.objects.exclude(state=AttemptState.OPEN).filter(
        ended_at__gte=when - LOOKS_BACK, sheet__isnull=True
    )
    found = list(ended.select_related("quiz").order_by("ended_at", "pk")[:LOOKED_AT_ONCE])
    for attempt in found:
        with transaction.atomic():
            _look_at(attempt, when)
    return len(found)


def _look_at(attempt: Attempt, now: datetime) -> None:
    rows = list(Response.objects.filter(attempt=attempt).select_related("question"))
    answered = [one for one in rows if one.answer]
    wrong = sum(1 for one in answered if one.points < one.possible)
    comparable = noticing.is_comparable(len(rows), wrong)
    ended = attempt.ended_at or now
    sheet = Sheet(
        attempt=attempt, quiz_id=attempt.quiz_id, member_id=attempt.member_id, ended_at=ended,
        digest=_digest(attempt, rows) if comparable else "",
    )  # fmt: skip
    Sheet.objects.bulk_create([sheet], ignore_conflicts=True)
    seconds = (ended - attempt.started_at).total_seconds()
    if attempt.passed and noticing.is_quick(len(rows), len(answered), seconds):
        _raise(
            f"quick:{attempt.pk}", FlagKind.QUICK, attempt, now, {attempt.member_id: attempt.pk},
            seconds=int(seconds), questions=len(rows), wrong=wrong,
        )  # fmt: skip
    if sheet.digest:
        _compare(attempt, sheet, now, questions=len(rows), wrong=wrong)


def _digest(attempt: Attempt, rows: list[Response]) -> str:
    orders = [one.order for one in papers.decode(attempt.paper)]
    said = []
    for row in rows:
        answer, order = papers.decode_answer(row.answer), orders[row.place]
        ordering = row.question.kind == QuestionKind.ORDERING
        text = (noticing.settled_order if ordering else noticing.settled)(answer, order)
        said.append((row.question_id, row.version, text))
    return noticing.digest(said)


def _compare(attempt: Attempt, sheet: Sheet, now: datetime, *, questions: int, wrong: int) -> None:
    """Raise a flag about those who answered as this one did and were not asked about it before."""
    base = f"alike:{sheet.quiz_id}:{sheet.digest[:32]}"
    same = Sheet.objects.filter(
        quiz=sheet.quiz_id, digest=sheet.digest, ended_at__gte=now - COMPARES
    ).order_by("ended_at", "pk")
    people: dict[int, int] = {}
    for member, taken in same.values_list("member", "attempt"):
        people.setdefault(member, taken)
    earlier = Flag.objects.filter(key__startswith=base + ":").exclude(outcome="")
    asked = FlagPerson.objects.filter(flag__in=earlier).values_list("member", flat=True)
    for member in asked:
        people.pop(member, None)
    if len(people) >= noticing.FEWEST_ALIKE:
        first = dict(list(people.items())[:MOST_PEOPLE])
        key = f"{base}:{earlier.count()}"
        _raise(key, FlagKind.ALIKE, attempt, now, first, questions=questions, wrong=wrong)


def _raise(
    key: str, kind: str, attempt: Attempt, now: datetime, people: Mapping[int, int], **facts: int
) -> None:
    day = local_date(attempt.ended_at or now, zone())
    flag, _ = Flag.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind, "lesson_id": attempt.quiz.lesson_id, "day": day, "raised_at": now,
            **facts,
        },
    )  # fmt: skip
    if flag.outcome:
        return
    FlagPerson.objects.bulk_create(
        [FlagPerson(flag=flag, member_id=one, attempt_id=taken) for one, taken in people.items()],
        ignore_conflicts=True,
    )


# ---- what people say


@transaction.atomic
def say(member: Member, flag: int, text: str) -> None:
    """Say what happened; what was said before is replaced.

    Raises:
        PermissionDenied: the flag is not about her.
        Settled: it is settled.
        ValueError: nothing was said.
    """
    found = Flag.objects.select_for_update().filter(pk=flag).first()
    person = FlagPerson.objects.filter(flag=flag, member=member).first()
    if found is None or person is None:
        raise PermissionDenied
    if found.outcome:
        raise Settled
    if not text.strip():
        raise ValueError("say what happened")
    person.said, person.said_at = text.strip()[:ANSWER_CHARS], timezone.now()
    person.save(update_fields=["said", "said_at"])


@transaction.atomic
def settle(by: Member, flag: int, outcome: str, answer: str) -> None:
    """Say what came of looking, with a reason that those concerned read.

    Raises:
        PermissionDenied: it is about herself, or about nobody whose record she may correct.
        Settled: somebody was quicker.
        ValueError: no such outcome, or no reason.
    """
    found = Flag.objects.select_for_update().filter(pk=flag).first()
    if found is None or not queries.reviewable(by).filter(pk=flag).exists():
        raise PermissionDenied
    if found.outcome:
        raise Settled
    if outcome not in Outcome.values or not answer.strip():
        raise ValueError("an outcome and a reason")
    found.outcome, found.answer = outcome, answer.strip()[:ANSWER_CHARS]
    found.settled_by, found.settled_at = by, timezone.now()
    found.save(update_fields=["outcome", "answer", "settled_by", "settled_at"])


def forget(now: datetime | None = None) -> None:
    """Drop what is needed no longer: digests, unbelieved playing, flags settled long ago."""
    when = now or timezone.now()
    Sheet.objects.filter(ended_at__lt=when - COMPARES).delete()
    Doubt.objects.filter(day__lt=(when - LOOKS_BACK).date()).delete()
    Flag.objects.filter(settled_at__lt=when - REMEMBERS).delete()
