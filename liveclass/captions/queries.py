"""Captions, as a room, a replay or a file of captions shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from courses.activities.intervals import unix
from liveclass.captions.models import Caption
from realtime.protocol.captions import CAPTIONS_IN_SNAPSHOT, CaptionLine

LONGEST_SHOWN = 7.0
"""Seconds a caption stands at most; one reads two lines in less (BBC subtitle guidelines: 0.3 s a
word)."""


def line(caption: Caption) -> CaptionLine:
    """A caption for the wire; one that was taken back keeps its place and has no text."""
    return CaptionLine(
        id=caption.pk,
        text="" if caption.recalled_at else caption.text,
        source=caption.source,  # type: ignore[arg-type]  # CHECK caption_source_known
        at=unix(caption.at),
    )


def newest(room_id: int) -> list[CaptionLine]:
    """The captions a snapshot carries, oldest of them first."""
    found = Caption.objects.filter(room=room_id).order_by("-pk")[:CAPTIONS_IN_SNAPSHOT]
    return [line(one) for one in reversed(found)]


def recalled(room_id: int) -> frozenset[int]:
    """The captions of a room that were taken back."""
    rows = Caption.objects.filter(room=room_id, recalled_at__isnull=False)
    return frozenset(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption and the seconds of a replay in which it stands."""

    start: float
    end: float
    text: str


def cues(room_id: int, began: float) -> Iterator[Cue]:
    """The captions of a room as they stand in a replay that began at ``began`` (unix seconds).

    Each stands until the next one, ``LONGEST_SHOWN`` at most. What was said before is left out.
    """
    rows = Caption.objects.filter(room=room_id, recalled_at__isnull=True).order_by("pk")
    found = [(unix(at) - began, text) for at, text in rows.values_list("at", "text")]
    following = [start for start, _text in found[1:]] + [float("inf")]
    for (start, text), end in zip(found, following, strict=False):
        if start >= 0:
            yield Cue(start, min(max(end, start + 0.5), start + LONGEST_SHOWN), text)
