"""Who is heard on the stage: taking a speaker's sound away, and giving it back."""

from typing import Literal

from realtime.protocol.base import Command, Uuid

Mute = Literal["no", "asked", "held"]
"""Whether somebody's sound was taken away: she may turn it on again herself (``asked``), or only
when host or assistants allow it (``held``)."""


class SpeakerMute(Command, frozen=True, tag="speaker.mute"):
    """Nobody hears ``member`` from now on, or with None any of those who speak (host and
    assistants). With ``held`` she cannot turn her sound on again herself."""

    id: Uuid
    member: int | None = None
    held: bool = False


class SpeakerUnmute(Command, frozen=True, tag="speaker.unmute"):
    """Be heard again; host and assistants may allow it to another. A microphone is turned on by
    its owner only."""

    id: Uuid
    member: int | None = None
