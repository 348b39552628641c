"""Who may come in: the lobby where people wait to be let in, and the lock of a room."""

from typing import Annotated, Literal

import msgspec

from realtime.protocol.base import Command, Event, Person, Uuid

LOBBY_CHARS = 300
"""Of the message to those who wait."""
WAITING_SHOWN = 50
"""People who wait that travel with names; beyond it only their number does."""

LobbyMode = Literal["off", "audience", "others"]


class WaitingState(msgspec.Struct, frozen=True):
    """Somebody who asked to be let in, and when."""

    person: Person
    since: float


class AdmissionState(msgspec.Struct, frozen=True, kw_only=True):
    """How people come in, for host and assistants.

    ``lobby``: nobody waits (``off``), the people of the audience wait to be let in (``audience``),
    or they pass and others with an account may ask (``others``). While ``locked`` nobody new comes
    in; who was in may return. ``waiting`` holds the first, ``total`` counts all.
    """

    lobby: LobbyMode
    locked: bool
    message: str
    waiting: list[WaitingState]
    total: int


class LobbySet(Command, frozen=True, tag="lobby.set"):
    """Say who waits in the lobby from now on (host and assistants)."""

    id: Uuid
    lobby: LobbyMode


class LobbySay(Command, frozen=True, tag="lobby.say"):
    """Show those who wait a message; an empty one takes it away (host and assistants)."""

    id: Uuid
    text: Annotated[str, msgspec.Meta(max_length=LOBBY_CHARS)]


class LobbyAdmit(Command, frozen=True, tag="lobby.admit"):
    """Let in somebody who waits, or with None all who do (host and assistants)."""

    id: Uuid
    member: int | None = None


class RoomLock(Command, frozen=True, tag="room.lock"):
    """Lock the room against everybody who was not in it, or open it (host and assistants)."""

    id: Uuid
    on: bool


class AdmissionChanged(Event, frozen=True, tag="admission.changed"):
    """How people come in and who waits, complete (host and assistants only)."""

    admission: AdmissionState
