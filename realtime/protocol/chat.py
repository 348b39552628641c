"""Chat beyond saying a line: changing one's own, its pace, who is silent, and who is meant."""

from typing import Annotated

import msgspec

from realtime.protocol.base import Command, Event, Person, Uuid

EDIT_SECONDS = 60
"""How long after it was said a line may be changed, by the server's clock."""
MENTIONS_MOST = 10
SILENT_SHOWN = 50
SLOW_MOST = 300

Pace = Annotated[int, msgspec.Meta(ge=0, le=SLOW_MOST)]
"""Seconds between two lines of one member; 0: as she likes."""
Mentions = Annotated[list[int], msgspec.Meta(max_length=MENTIONS_MOST)]


class ChatRules(msgspec.Struct, frozen=True, kw_only=True):
    """At what pace members write; ``closed``: not at all. Neither is about host and assistants."""

    slow: Pace = 0
    closed: bool = False


class ChatEdit(Command, frozen=True, tag="chat.edit"):
    """Say an own line otherwise, within EDIT_SECONDS."""

    id: Uuid
    message: int
    text: str


class ChatRule(Command, frozen=True, tag="chat.rule"):
    """At what pace members write from now on; None: as before (host and assistants)."""

    id: Uuid
    slow: Pace | None = None
    closed: bool | None = None


class ChatMute(Command, frozen=True, tag="chat.mute"):
    """A member writes nothing in the chat, or writes again (host and assistants)."""

    id: Uuid
    member: int
    on: bool = True


class ChatEdited(Event, frozen=True, tag="chat.edited"):
    """The author said a line otherwise."""

    seq: int
    message: int
    text: str


class ChatRuled(Event, frozen=True, tag="chat.ruled"):
    """At what pace members write from now on."""

    seq: int
    rules: ChatRules


class SilentChanged(Event, frozen=True, tag="silent.changed"):
    """Whose writing was taken away, the newest SILENT_SHOWN (host and assistants only)."""

    people: list[Person]


class MyChat(Event, frozen=True, tag="chat.mine"):
    """Whether one's own writing was taken away, to all pages of the same person."""

    muted: bool
