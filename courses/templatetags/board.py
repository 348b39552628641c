"""Figures of the board as they are shown."""

from __future__ import annotations

from django import template

from courses.reports import tally
from courses.reports.tally import Figures

register = template.Library()


register.filter(tally.share)


@register.filter
def heat(figures: Figures) -> str:
    """The shade of a cell, darker the more is missing: l5 (complete) to l1."""
    for shade, least in (("l5", 1000), ("l4", 900), ("l3", 750), ("l2", 500)):
        if figures.permille >= least:
            return shade
    return "l1"
