"""The page on which a rule is written as a tree: any group in any group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses.authoring import actions
from courses.authoring.branches import (
    BadRows,
    Fault,
    Row,
    checked,
    inside,
    next_condition,
    rows_of,
    rule_of,
    stepped,
)
from courses.authoring.forms import MOST_CHOICES
from courses.authoring.guards import for_editors
from courses.authoring.views import LOCKED
from courses.catalog.kinds import LessonKind
from courses.catalog.models import Course, Lesson
from courses.catalog.queries import published
from courses.completion.queries import lessons_of, rule_written
from courses.completion.rules import MAX_DEPTH, BadRule, Finished, leaves
from members.accounts.models import Member

Option = tuple[str, str]


@dataclass(frozen=True)
class Branch:
    """One row as the page shows it; ``at``: its number, ``error``: what is wrong with it."""

    at: int
    row: Row
    parts: list[Branch]
    options: list[Option]
    error: str
    is_first: bool
    is_last: bool
    may_group: bool
    focus: str

    @property
    def where(self) -> str:
        """Its number as people count."""
        return str(self.at + 1)


@require_http_methods(["GET", "POST"])
@for_editors
def page(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """The tree; every button but *Save* changes what is on the page and stores nothing."""
    lessons = lessons_of(course)
    others = _courses(course)
    kinds: dict[int, str] = {one.pk: one.kind for one in lessons}
    fault, focus, error = None, (-1, ""), ""
    if request.method == "POST":
        do = request.POST.get("do", "")
        try:
            rows = checked(_sent(request))
            if do != "save":
                changed, at = stepped(rows, do, next_condition(rows, kinds))
                rows, focus = changed, (at, do.partition("-")[0])
        except BadRows:
            return HttpResponseBadRequest(_("This rule makes no sense."))
        if do == "save":
            try:
                actions.write_tree(course, member, rule_of(rows, kinds, frozenset(others)))
            except Fault as found:
                fault = found
            except BadRule:
                error = _("This rule can never be fulfilled.")
            else:
                messages.success(request, _("Saved"))
                return redirect("authoring:edit", course.code)
    else:
        rows = rows_of(rule_written(course))
    conditions = _conditions(lessons, others, rows)
    context = {
        "course": course, "locked": course.state in LOCKED, "conditions": conditions,
        "root": _branch(rows, 0, fault, focus), "refused": bool(fault or error), "error": error,
    }  # fmt: skip
    status = 422 if fault or error else 200
    return render(request, "courses/authoring/tree.html", context, status=status)


def _sent(request: HttpRequest) -> list[Row]:
    """The rows of the page.

    Raises:
        BadRows: they are not as many of each, or not numbers.
    """
    names = ("depth", "what", "percent")
    depths, whats, percents = (request.POST.getlist(name) for name in names)
    if not len(depths) == len(whats) == len(percents):
        raise BadRows("rows are torn")
    return [Row(_number(a), b[:40], _number(c)) for a, b, c in zip(depths, whats, percents)]  # noqa: B905 - of one length


def _number(text: str) -> int:
    """A small number; -1 is none, which a row says in its own place."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= 4 else -1


def _courses(course: Course) -> dict[int, Course]:
    """Courses that may come before: published ones, and those that the rule asks for already."""
    asked = [one.course for one in leaves(rule_written(course)) if isinstance(one, Finished)]
    rows = [*published().exclude(pk=course.pk).order_by("code")[:MOST_CHOICES]]
    return {one.pk: one for one in [*rows, *Course.objects.filter(pk__in=asked)]}


def _conditions(
    lessons: Iterable[Lesson], others: dict[int, Course], rows: Sequence[Row]
) -> list[tuple[str, list[Option]]]:
    """Everything a condition may be about, in groups."""
    answered = {row.what for row in rows if row.what.startswith("answered-")}
    ways = {
        "": _("live and replay together"), "-live": _("only live"), "-replay": _("only the replay"),
    }  # fmt: skip
    found: list[Option] = []
    for one in lessons:
        title = f"{one.title} – {one.get_kind_display()}"
        if one.kind == LessonKind.LIVE:
            found += [(f"lesson-{one.pk}{way}", f"{title}, {text}") for way, text in ways.items()]
            continue
        found.append((f"lesson-{one.pk}", title))
        if f"answered-{one.pk}" in answered:
            found.append((f"answered-{one.pk}", _("%(title)s: its questions") % {"title": title}))
    named = [(f"course-{key}", f"{one.code} {one.title}") for key, one in others.items()]
    groups = [(_("Lessons"), found), (_("Courses to finish first"), named)]
    return [(name, options) for name, options in groups if options]


def _branch(
    rows: Sequence[Row], at: int, fault: Fault | None, focus: tuple[int, str],
    first: bool = True, last: bool = True,
) -> Branch:  # fmt: skip
    row, children = rows[at], inside(rows, at)
    options = _groups(row, len(children)) if row.is_group else []
    error = _faults(fault.code) if fault is not None and fault.at == at else ""
    parts = [
        _branch(rows, one, fault, focus, one == children[0], one == children[-1])
        for one in children
    ]
    return Branch(
        at, row, parts, options, error, first, last, row.depth + 2 < MAX_DEPTH,
        focus[1] if focus[0] == at else "",
    )  # fmt: skip


def _groups(row: Row, count: int) -> list[Option]:
    """What a group of ``count`` may take; what it says now even if that is too much."""
    numbers = set(range(2, count))
    if row.what.startswith("at-"):
        numbers.add(int(row.what.removeprefix("at-")))
    some = [
        (f"at-{n}", ngettext("At least %(n)d of these", "At least %(n)d of these", n) % {"n": n})
        for n in sorted(numbers)
    ]
    return [("all", _("All of these")), ("any", _("One of these")), *some]


def _faults(code: str) -> str:
    return {
        "empty": _("There is nothing in this group."),
        "fewer": _("There are fewer conditions in this group than it takes."),
        "nothing": _("Choose what is asked for."),
        "percent": _("Write a whole number from 1 to 100."),
        "full": _("These are more conditions than a rule may have."),
    }[code]
