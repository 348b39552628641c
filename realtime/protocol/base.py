"""What every message of the wire is, a command of a page or an event of the server, and who speaks.

An area of its own (whispers, checks …) keeps its commands, events and parts of the state in one
module beside this one; ``commands``, ``events`` and ``state`` only gather them into the unions.
"""

from typing import Annotated, Literal

import msgspec

Uuid = Annotated[str, msgspec.Meta(min_length=8, max_length=36)]
Role = Literal["host", "assistant", "member"]


class Command(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True
):
    """Base of all commands."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all events."""


class Person(msgspec.Struct, frozen=True):
    """Somebody as the room shows her. Names are never cut; ``latin`` serves the English page."""

    id: int
    name: str
    latin: str
    role: Role
    unit: str
    unit_en: str
