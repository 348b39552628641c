"""A class as a page shows it to one person. Plain data: templates read it and never query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from realtime.tickets import Role

Stage = Literal["live", "open", "planned", "ended", "not_held"]

DOOR_OPENS = timedelta(minutes=30)
"""How long before its start one may enter a room and wait there."""


@dataclass(frozen=True)
class Card:
    """One class. Times are in the organisation's zone; ``attended`` is own minutes, None: unknown.

    ``role`` is None for a person outside the audience.
    """

    code: str
    title: str
    starts_at: datetime
    minutes: int
    stage: Stage
    role: Role | None
    lecturer: str
    unit: str
    attended: int | None = None
    replay: bool = False
    """Something of it was recorded."""
    was: datetime | None = None
    """The start that was announced, when it begins later."""
    place: str = ""
    in_person: bool = False
    """Held in ``place`` only: there is no room to enter."""

    @property
    def ends_at(self) -> datetime:
        """The planned end."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def opens_at(self) -> datetime:
        """When the room lets people in to wait."""
        return self.starts_at - DOOR_OPENS

    @property
    def is_staff(self) -> bool:
        """Whether the person runs this class, alone or as assistant."""
        return self.role in ("host", "assistant")


def stage_of(phase: str, starts_at: datetime, minutes: int, now: datetime) -> Stage:
    """Where a class stands. A scheduled class may begin late; it is given up at its planned end."""
    if phase == "live":
        return "live"
    if phase == "ended":
        return "ended"
    if now >= starts_at + timedelta(minutes=minutes):
        return "not_held"
    return "open" if now >= starts_at - DOOR_OPENS else "planned"
