"""What is known about the recordings of a room."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from liveclass.recordings.models import Edition, Hidden, Recording, RecordingState
from realtime.protocol.state import RecordingPhase

PHASES: dict[str, RecordingPhase] = {
    RecordingState.ASKED: "starting",
    RecordingState.RECORDING: "on",
    RecordingState.STOPPED: "paused",
    RecordingState.DISK_FULL: "disk_full",
    RecordingState.ENDED: "off",
}


def available() -> bool:
    """Whether this installation can record: what an external engine carries never passes by us."""
    return bool(settings.MEDIA_ENGINE == "embedded")


def newest(room_id: int) -> Recording | None:
    """The run of a room that was begun last."""
    return Recording.objects.filter(room=room_id).order_by("-run").first()


def phase(room_id: int) -> RecordingPhase:
    """What the people of a room are told: what happens, not what was wished."""
    if not available():
        return "off"
    states = Recording.objects.filter(room=room_id).order_by("-run")
    state = states.values_list("state", flat=True).first()
    return "off" if state is None else PHASES[state]


def find_run(room_id: int, run: int) -> Recording | None:
    """One run of a room."""
    return Recording.objects.filter(room=room_id, run=run).first()


def recorded(room_ids: Iterable[int]) -> set[int]:
    """Those of the rooms of which there is a recording, one query."""
    found = Recording.objects.filter(room__in=list(room_ids)).exclude(state=RecordingState.ASKED)
    return set(found.values_list("room", flat=True))


def edition_of(room_id: int) -> Edition:
    """What was decided about the replay of a room; unsaved while nothing was."""
    return Edition.objects.filter(room=room_id).first() or Edition(room_id=room_id)


def hidden_in(room_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """Ids of the lines and of the questions that were taken out of the replay."""
    rows = list(Hidden.objects.filter(room=room_id).values_list("message", "question"))
    lines = frozenset(line for line, _question in rows if line is not None)
    return lines, frozenset(question for _line, question in rows if question is not None)
