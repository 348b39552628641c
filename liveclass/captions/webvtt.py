"""A file of captions (W3C WebVTT, https://www.w3.org/TR/webvtt1/). Knows no database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""Section 4.2.2: these would begin a tag or a character reference; ``>`` keeps ``-->`` away."""


class HasTimes(Protocol):
    """A caption and when it stands, in seconds."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def text(self) -> str: ...


def timestamp(seconds: float) -> str:
    """``01:02:03.004`` (section 4.2.1)."""
    whole = max(0, round(seconds * 1000))
    minutes, ms = divmod(whole, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{ms // 1000:02}.{ms % 1000:03}"


def webvtt(cues: Iterable[HasTimes], language: str = "") -> str:
    """The whole file; ``language`` is named in its head when it is known."""
    head = f"WEBVTT\nLanguage: {language}\n" if language else "WEBVTT\n"
    blocks = (
        f"\n{timestamp(one.start)} --> {timestamp(one.end)}\n{one.text.translate(_ESCAPED)}\n"
        for one in cues
    )
    return head + "".join(blocks)
