"""Who is heard on the stage: taking a speaker's sound away, and giving it back."""

from typing import Literal

from realtime.protocol.base import Command, Event, Person, Uuid

Mute = Literal["no", "asked", "held"]
"""Whether somebody's sound was taken away: she may turn it on again herself (``asked``), or only
when host or assistants allow it (``held``)."""


FloorMode = Literal["invited", "nobody", "everyone"]
"""Who of the members may speak: whom the host asks, nobody at the moment, or whoever raises a hand
while there is a place."""


LayoutMode = Literal["slides", "camera", "speakers"]
"""What is large on the stage: slides or the screen, the lecturer's camera, or who speaks beside the
lecturer. What is not there leaves its place to what is."""


class StageArrange(Command, frozen=True, tag="stage.arrange"):
    """What is large for everybody who follows (host and assistants)."""

    id: Uuid
    layout: LayoutMode


class StageArranged(Event, frozen=True, tag="stage.arranged"):
    """What is large for everybody who follows."""

    seq: int
    layout: LayoutMode


class StageSpotlight(Command, frozen=True, tag="stage.spotlight"):
    """Show ``member``, who speaks, whoever is heard; None: whoever is heard (host and
    assistants)."""

    id: Uuid
    member: int | None = None


class SpotlightChanged(Event, frozen=True, tag="spotlight.changed"):
    """Who of those who speak is shown large; None: nobody in particular."""

    person: Person | None


class FloorRule(Command, frozen=True, tag="floor.rule"):
    """Who of the members may speak from now on (host and assistants). Who speaks goes on."""

    id: Uuid
    floor: FloorMode


class FloorRuled(Event, frozen=True, tag="floor.ruled"):
    """Who of the members may speak from now on."""

    seq: int
    floor: FloorMode


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
