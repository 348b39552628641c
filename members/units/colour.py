"""Contrast of a theme colour with white, as WCAG 2.2 computes it, and its nearest fitting shade."""

from __future__ import annotations

import re

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: white words on a button of this colour must be readable."""

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_STEPS = 256


def is_colour(value: str) -> bool:
    """Whether ``value`` is a colour written as ``#RRGGBB``."""
    return _HEX.fullmatch(value) is not None


def contrast_with_white(colour: str) -> float:
    """Contrast ratio, 1…21, of ``#RRGGBB`` with white (WCAG 2.2, "contrast ratio")."""
    red, green, blue = (_linear(part) for part in _channels(colour))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 1.05 / (luminance + 0.05)


def nearest_fitting(colour: str) -> str:
    """``colour`` itself if white is readable on it, else the lightest darker shade where it is."""
    for step in range(_STEPS, -1, -1):
        shade = "#" + "".join(f"{part * step // _STEPS:02X}" for part in _channels(colour))
        if contrast_with_white(shade) >= LEAST_CONTRAST:
            return shade
    return "#000000"


def check_theme(value: str) -> None:
    """A Django validator: refuse what is no colour, or one on which white cannot be read."""
    from django.core.exceptions import ValidationError
    from django.utils.translation import gettext_lazy as _

    if not is_colour(value):
        raise ValidationError(_("Write the colour as #RRGGBB."), code="not_a_colour")
    ratio = contrast_with_white(value)
    if ratio < LEAST_CONTRAST:
        raise ValidationError(
            _(
                "White text on this colour has a contrast of %(ratio)s; 4.5 is needed. "
                "The nearest shade that works is %(shade)s."
            ),
            code="too_light",
            params={"ratio": f"{ratio:.1f}", "shade": nearest_fitting(value)},
        )


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
