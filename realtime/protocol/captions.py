"""Captions: what is said in a class, written along by the staff or by the lecturer's browser."""

from typing import Annotated, Literal

import msgspec

from realtime.protocol.base import Command, Event, Uuid

CAPTION_CHARS = 240
"""Two lines on a stage, three on a phone."""
CAPTIONS_IN_SNAPSHOT = 3

CaptionSource = Literal["typed", "speech"]


class CaptionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One caption. ``source``: typed by a person, or heard by the speech recognition of a browser,
    which errs. One that was taken back keeps its place and has no text."""

    id: int
    text: str
    source: CaptionSource
    at: float


class CaptionSay(Command, frozen=True, tag="caption.say"):
    """Show a caption to everybody; it is kept for the replay (host and assistants)."""

    id: Uuid
    text: str
    source: CaptionSource = "typed"


class CaptionRecall(Command, frozen=True, tag="caption.recall"):
    """Take a caption back: its text is shown nowhere any more (host and assistants)."""

    id: Uuid
    caption: int


class CaptionHint(Command, frozen=True, tag="caption.hint"):
    """What is being said right now and may still change. Not kept, not answered."""

    text: Annotated[str, msgspec.Meta(max_length=CAPTION_CHARS)]


class CaptionSaid(Event, frozen=True, tag="caption.said"):
    """A caption stands; it takes the place of the hint before it."""

    seq: int
    caption: CaptionLine


class CaptionRecalled(Event, frozen=True, tag="caption.recalled"):
    """A caption was taken back."""

    seq: int
    caption: int


class CaptionHinted(Event, frozen=True, tag="caption.hinted"):
    """The beginning of a caption, while it is being said; the next one takes its place."""

    text: str
