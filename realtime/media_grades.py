"""What loss and round trip mean for a person: the same thresholds on every page and in /metrics.

Jitsi's and BigBlueButton's: loss 6 and 12 %, round trip 500 and 1000 ms. Their twin for the own
connection of a page is ``assets/src/media/quality.ts``.
"""

from __future__ import annotations

from collections.abc import Iterable

from realtime.media_stats import ViewerStats
from realtime.protocol.state import LineGrade

GRADES: tuple[LineGrade, ...] = ("good", "fair", "poor")


def grade(loss: float, rtt_ms: float | None) -> LineGrade:
    """The grade of a line that loses ``loss`` of its packets (0 to 1)."""
    if loss >= 0.12 or (rtt_ms or 0) >= 1000:
        return "poor"
    if loss >= 0.06 or (rtt_ms or 0) >= 500:
        return "fair"
    return "good"


def grade_of(viewer: ViewerStats) -> LineGrade:
    """The grade of the worst track of one session."""
    return worst(grade(track.loss, track.rtt_ms) for track in viewer.tracks)


def worst(grades: Iterable[LineGrade]) -> LineGrade:
    """The worst of ``grades``; ``good`` when there are none."""
    return max(grades, key=GRADES.index, default="good")
