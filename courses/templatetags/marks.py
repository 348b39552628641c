"""Points and marks as people read them."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def points(hundredths: int) -> str:
    """Hundredths of a point: 150 is 1.5."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")


@register.filter
def percent(permille: int) -> str:
    """Thousandths as a percentage with at most one decimal: 667 is 66.7 %."""
    whole, rest = divmod(permille, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"
