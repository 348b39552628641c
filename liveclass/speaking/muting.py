"""Taking the sound of those who speak away, and giving it back.

The media process stops forwarding at once, whatever the page of the speaker does; her page turns
its microphone off besides. Nobody's microphone is turned on by anybody else.
"""

from __future__ import annotations

from functools import partial

from liveclass.rooms.actions import command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.models import Muted, Room, Speaker
from liveclass.speaking.actions import announce
from realtime import media_control
from realtime.hub import after_commit
from realtime.protocol.refusals import Refusal


@command
def mute(
    room: Room, actor: Actor, command_id: str, member: int | None = None, held: bool = False
) -> int:
    """Nobody hears ``member``, or any speaker (None), any more. Who does not speak is no mistake.

    Raises:
        Refusal: ``staff_only``; ``class_ended``.
    """
    require_staff(actor)
    require_not_ended(room)
    speaking = Speaker.objects.filter(room=room)
    if member is not None:
        speaking = speaking.filter(member=member)
    _set(room, actor.room, list(speaking), Muted.HELD if held else Muted.ASKED)
    return 0


@command
def unmute(room: Room, actor: Actor, command_id: str, member: int | None = None) -> int:
    """Let oneself be heard again, or as staff another. Who does not speak is no mistake.

    Raises:
        Refusal: ``staff_only``; ``class_ended``; ``speaker_held`` for who must be allowed to.
    """
    whose = actor.member if member is None else member
    if whose != actor.member:
        require_staff(actor)
    require_not_ended(room)
    speaker = Speaker.objects.filter(room=room, member=whose).first()
    if speaker is None:
        return 0
    if speaker.muted == Muted.HELD and whose == actor.member:
        raise Refusal("speaker_held")
    _set(room, actor.room, [speaker], Muted.NO)
    return 0


def _set(room: Room, code: str, speakers: list[Speaker], muted: Muted) -> None:
    """Change those of ``speakers`` who are not ``muted`` so already, and tell media and room."""
    changed = [one for one in speakers if one.muted != muted]
    if not changed:
        return
    Speaker.objects.filter(pk__in=[one.pk for one in changed]).update(muted=muted)
    for one in changed:
        after_commit(partial(media_control.mute, code, one.member_id, muted != Muted.NO))
    announce(room.pk, code)
