"""Who does something in which room."""

from __future__ import annotations

from dataclasses import dataclass

from realtime.protocol.state import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one room, with the role her ticket proves."""

    room_id: int
    room: str
    """The code of the session: the name of the room on the wire."""
    member: int
    role: Role

    @property
    def is_host(self) -> bool:
        """Whether she holds the class."""
        return self.role == "host"

    @property
    def is_staff(self) -> bool:
        """Whether she is host or assistant."""
        return self.role != "member"
