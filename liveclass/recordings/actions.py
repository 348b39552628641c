"""Switches recording on and off, and believes what the media process says came of it.

The media process is told after the commit. It answers with a hook, so that the room shows what
really happens: asked for is not yet recording.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from courses.activities.intervals import unix
from liveclass.recordings.models import Recording, RecordingState
from liveclass.recordings.queries import PHASES, available, find_run, newest
from liveclass.rooms.actions import append_event, append_events, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_host, require_not_ended
from liveclass.rooms.log import Entry, in_transaction, lock_room
from liveclass.rooms.models import Phase, Room
from realtime import media_control
from realtime.hub import after_commit
from realtime.protocol.events import RecordingChanged
from realtime.protocol.refusals import Refusal

WANTED = (RecordingState.ASKED, RecordingState.RECORDING)
TOLD: dict[str, RecordingState] = {
    "recording": RecordingState.RECORDING,
    "stopped": RecordingState.STOPPED,
    "disk_full": RecordingState.DISK_FULL,
    "ended": RecordingState.ENDED,
}
"""What the media process calls the states."""


@command
def start_recording(room: Room, actor: Actor, command_id: str) -> int:
    """Record the class from now on, or go on with what was paused."""
    _require_host_of_live(room, actor)
    if not available():
        raise Refusal("recording_unavailable")
    if (found := newest(room.pk)) and found.state in WANTED:
        return room.last_seq
    _ask(room, actor.room, actor.member, timezone.now())
    return append_event(room, actor, command_id, _changed(RecordingState.ASKED))


@command
def stop_recording(room: Room, actor: Actor, command_id: str) -> int:
    """Pause: nothing is kept until the host goes on."""
    _require_host_of_live(room, actor)
    found = newest(room.pk)
    if found is None or found.state not in WANTED:
        return room.last_seq
    found.state = RecordingState.STOPPED
    found.save(update_fields=["state"])
    code, run = actor.room, found.run
    after_commit(lambda: media_control.record(code, run, False))
    return append_event(room, actor, command_id, _changed(found.state))


def _require_host_of_live(room: Room, actor: Actor) -> None:
    require_host(actor)
    require_not_ended(room)
    if room.state != Phase.LIVE:
        raise Refusal("class_not_live")


def begin_with_class(room: Room, actor: Actor, at: datetime) -> None:
    """A class that was planned with a recording is recorded from its first moment."""
    if room.session.recording and available():
        _ask(room, actor.room, actor.member, at)
        append_event(room, actor, None, _changed(RecordingState.ASKED))


def end_with_class(room: Room, actor: Actor, at: datetime) -> None:
    """The run ends with the class; the media process closes the files when the room ends."""
    found = newest(room.pk)
    if found is not None and found.state != RecordingState.ENDED:
        found.state, found.ended_at = RecordingState.ENDED, max(at, found.started_at)
        found.save(update_fields=["state", "ended_at"])
        append_event(room, actor, None, _changed(found.state))


def _ask(room: Room, code: str, member: int, at: datetime) -> None:
    """Begin the run of a class, or go on with it."""
    found = newest(room.pk)
    if found is None:
        run = int(unix(at) * 1000)
        found = Recording(room=room, run=run, started_by_id=member, started_at=at)
    found.state, found.ended_at = RecordingState.ASKED, None
    found.save()
    run = found.run
    after_commit(lambda: media_control.record(code, run, True))


def _changed(state: RecordingState | str) -> Callable[[int], RecordingChanged]:
    """The event, once its number is known."""
    phase, at = PHASES[state], unix(timezone.now())
    return lambda seq: RecordingChanged(seq=seq, phase=phase, at=at)


def heard(code: str, run: int, state: str) -> None:
    """The media process says what it does. What it says of another run, late, changes nothing.

    A run that it ended by itself (nobody claimed it after its restart) is claimed again while the
    class wants it; one that goes on after the end of the class is told to stop.
    """
    with in_transaction():
        room_id = Room.objects.filter(session__code=code).values_list("pk", flat=True).first()
        if room_id is None:
            return
        room = lock_room(room_id)
        found = find_run(room.pk, run)
        if found is None or room.state != Phase.LIVE:
            if state == "recording":
                after_commit(lambda: media_control.record(code, run, False))
            return
        _settle(room, code, found, TOLD[state])


def _settle(room: Room, code: str, found: Recording, said: RecordingState) -> None:
    run, before = found.run, found.state
    if said == RecordingState.RECORDING and before == RecordingState.STOPPED:
        after_commit(lambda: media_control.record(code, run, False))  # paused meanwhile
        return
    if said == RecordingState.ENDED and before in WANTED:
        after_commit(lambda: media_control.record(code, run, True))
        return
    if said == before or (said == RecordingState.STOPPED and before in WANTED):
        return  # the pause before it was asked to go on
    found.state = said
    found.save(update_fields=["state"])
    append_events(room, code, [Entry(found.started_by_id, None, _changed(said))])


def claim_again() -> None:
    """The media process has started anew and knows of nothing: tell it what to record."""
    wanted = Recording.objects.filter(state__in=WANTED, room__state=Phase.LIVE)
    for code, run in wanted.values_list("room__session__code", "run"):
        media_control.record(code, run, True)
