"""Credit hours as people read them."""

from __future__ import annotations

from collections.abc import Callable

from django import template
from django.utils.translation import gettext as _

from courses.credits.models import Kind, Mode

register = template.Library()

REASONS = {
    "reversed": lambda: _("Taken back"),
    "other_kind": lambda: _("Another kind"),
    "repeated": lambda: _("Counted already"),
    "day_cap": lambda: _("Over the daily limit"),
    "mode_cap": lambda: _("Over the limit for self-study"),
}
STATES = {
    "not_applicable": lambda: _("Does not apply"),
    "waived": lambda: _("Excused"),
    "not_started": lambda: _("Not begun"),
    "in_progress": lambda: _("In progress"),
    "due_soon": lambda: _("Due soon"),
    "met": lambda: _("Met"),
    "not_met": lambda: _("Not met"),
}


REMARKS = {
    "full_day": lambda: _("More than 8 credit hours on one day. Please look at the evidence."),
    "last_week": lambda: _("More than 30% of the hours in the last seven days. Please look."),
}


LOOKED_AT: dict[str, Callable[[], str]] = {
    "record": lambda: _("The record of hours"),
    "entry": lambda: _("One entry with its evidence"),
    "request": lambda: _("A request for a correction"),
    "certificate": lambda: _("A certificate"),
    "certificates": lambda: _("The list of certificates"),
    "board": lambda: _("The board: how far somebody is"),
    "course": lambda: _("A course: what was watched, answered and attended"),
    "export": lambda: _("A file of the board"),
    "reminder": lambda: _("To remind of what is overdue"),
    "preview": lambda: _("A requirement: who is behind"),
    "assignment": lambda: _("An assignment: how far somebody is"),
    "waiver": lambda: _("A waiver"),
    "flag": lambda: _("Something noticed about you that is to be checked"),
}


@register.filter
def remark_text(remark: str) -> str:
    """What a human is asked to look at; nothing is decided by it."""
    return REMARKS[remark]()


EVIDENCE = {
    "note": lambda: _("Note"),
    "percent": lambda: _("Seen, in percent"),
    "threshold": lambda: _("Counts from, in percent"),
    "mark": lambda: _("Mark"),
    "pass_mark": lambda: _("Pass mark"),
    "pages": lambda: _("Pages seen"),
    "corrected": lambda: _("Corrected by"),
    "reverses": lambda: _("Takes back"),
}
"""What the fields of evidence are called; others are shown by their own name."""


@register.filter
def evidence_name(field: str) -> str:
    """A field of evidence in words."""
    known = EVIDENCE.get(field)
    return known() if known else field


@register.filter
def looked_at(what: str) -> str:
    """What of a record somebody looked at, in words."""
    known = LOOKED_AT.get(what)
    return known() if known else what


@register.filter
def hours(hundredths: int) -> str:
    """``2.0``; ``0.25`` where the table is that fine."""
    sign, value = ("-" if hundredths < 0 else ""), abs(int(hundredths))
    whole, rest = divmod(value, 100)
    return f"{sign}{whole}.{rest // 10}" if rest % 10 == 0 else f"{sign}{whole}.{rest:02}"


@register.filter
def why_held(reason: str) -> str:
    """A reason of the evaluation in words."""
    return REASONS[reason]()


@register.filter
def state_name(state: str) -> str:
    """A state of the evaluation in words."""
    return STATES[state]()


@register.filter
def words_of(codes: frozenset[str]) -> str:
    """Kinds or modes by name, with commas between them."""
    known = {**dict(Kind.choices), **dict(Mode.choices)}
    return ", ".join(sorted(str(known.get(code, code)) for code in codes))
