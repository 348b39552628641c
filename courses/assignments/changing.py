"""Changing an assignment that people already owe: what moves, what stays, and who did it."""

from __future__ import annotations

import json
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.assignments import actions, queries
from courses.assignments.audience import encode, parse
from courses.assignments.due import GRACE, due_date, moved
from courses.assignments.matching import matching
from courses.assignments.models import Assignment, AssignmentChange, Fact, Obligation
from courses.credits.queries import today
from members.accounts.models import Member

MOST_CHANGES = 500
"""Of one assignment: more is a program gone wrong."""


class ChangedMeanwhile(Exception):
    """Somebody else changed it since the form was opened."""


class TooManyChanges(Exception):
    """``MOST_CHANGES`` were made: end it and assign anew."""


@transaction.atomic
def change(by: Member, assignment: int, seen: int, **facts: object) -> list[AssignmentChange]:
    """Change ``title``, ``note``, ``escalates``, ``audience`` (a tree as JSON gives it), ``due_on``
    and ``due_days`` of an assignment that has not ended; what is not named stays.

    Another due date moves what is open, and makes nobody overdue (``due.moved``); what is done, or
    belongs to an earlier year, stays. Another audience takes people in and lets others go as if
    they had joined and left their units. ``seen``: the ``latest`` change when the form was opened.

    Raises:
        PermissionDenied: it is not an assignment ``by`` may change, or it has ended.
        BadAudience: the tree says nothing sensible.
        ChangedMeanwhile, TooManyChanges: see there.
    """
    found = _locked(by, assignment)
    if found.ended_at is not None:
        raise PermissionDenied
    if latest(found) != seen:
        raise ChangedMeanwhile
    if found.changes.count() >= MOST_CHANGES:
        raise TooManyChanges
    before = _said(found)
    for name in ("title", "note", "escalates", "due_on", "due_days"):
        setattr(found, name, facts.get(name, getattr(found, name)))
    if "audience" in facts:
        found.audience = encode(parse(facts["audience"]))
    after = _said(found)
    found.save()
    day = today()
    if before[Fact.AUDIENCE] != after[Fact.AUDIENCE]:
        actions.refresh(found.pk, day)
    if before[Fact.DUE] != after[Fact.DUE]:
        _move(found, day)
    return [_record(found, by, fact, before[fact], after[fact])
            for fact in before if before[fact] != after[fact]]  # fmt: skip


@transaction.atomic
def end(by: Member, assignment: int) -> Assignment:
    """Nobody owes it any more; what was done stays.

    Raises:
        PermissionDenied: it is not an assignment ``by`` may change.
    """
    found = _locked(by, assignment)
    if found.ended_at is None:
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        actions.let_go(found, today())
        _record(found, by, Fact.ENDED, "", found.ended_at.isoformat())
    return found


def latest(assignment: Assignment) -> int:
    """The key of its newest change; 0 without any."""
    newest = assignment.changes.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _locked(by: Member, assignment: int) -> Assignment:
    rows = queries.assignments_of(by).filter(pk=assignment)
    if not queries.may_assign(by) or not rows.exists():
        raise PermissionDenied
    return Assignment.objects.select_for_update().get(pk=assignment)


def _said(found: Assignment) -> dict[Fact, str]:
    due = found.due_on.isoformat() if found.due_on else f"{found.due_days} d"
    return {
        Fact.TITLE: found.title,
        Fact.NOTE: found.note,
        Fact.AUDIENCE: json.dumps(found.audience, ensure_ascii=False, sort_keys=True),
        Fact.DUE: due,
        Fact.ESCALATES: str(found.escalates).lower(),
    }


def _record(found: Assignment, by: Member, fact: Fact, before: str, after: str) -> AssignmentChange:
    reached = None
    if fact is Fact.AUDIENCE:
        reached = matching(parse(found.audience), found.unit_id).count()
    return AssignmentChange.objects.create(
        assignment=found, by=by, fact=fact, before=before, after=after, reached=reached
    )


def _move(found: Assignment, day: date) -> None:
    """What is open in this period, or asked for once, is due by the new rule."""
    rows = queries.open_obligations().filter(assignment=found, period__in=("", str(day.year)))
    changed: list[Obligation] = []
    for one in rows.select_for_update(of=("self",)).order_by("pk"):
        year = int(one.period) if one.period else None
        new = moved(one.due_on, due_date(one.from_on, found.due_on, found.due_days, year), day)
        if one.waived_until is not None and new <= one.waived_until:
            new = one.waived_until + GRACE
        if new != one.due_on:
            one.due_on = new
            changed.append(one)
    for first in range(0, len(changed), actions.CHUNK):
        chunk = changed[first : first + actions.CHUNK]
        Obligation.objects.bulk_update(chunk, ["due_on"])
        actions.tell(chunk)
