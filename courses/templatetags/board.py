"""Figures of the board as they are shown."""

from __future__ import annotations

from django import template

from courses.reports.tally import Tally

register = template.Library()


@register.filter
def share(permille: int) -> str:
    """Thousandths as percent with one decimal; 100 only when it is all of them."""
    return "100" if permille == 1000 else f"{permille / 10:.1f}"


@register.filter
def heat(tally: Tally) -> str:
    """The shade of a cell, darker the more is missing: l5 (complete) to l1."""
    for shade, least in (("l5", 1000), ("l4", 900), ("l3", 750), ("l2", 500)):
        if tally.permille >= least:
            return shade
    return "l1"
