"""Who waits in the lobby, and how people come in."""

from __future__ import annotations

from django.db.models import QuerySet

from courses.activities.intervals import unix
from liveclass.rooms.models import Entrant, Lobby, Room
from liveclass.rooms.people import person
from realtime.protocol.admission import WAITING_SHOWN, AdmissionState, WaitingState


def waiting(room_id: int) -> QuerySet[Entrant]:
    """Who asked to be let in and was not yet, who has waited longest first."""
    return Entrant.objects.filter(room=room_id, admitted_at__isnull=True).order_by("asked_at", "pk")


def waits(room_id: int, member: int) -> bool:
    """Whether ``member`` asked and was not let in yet."""
    return waiting(room_id).filter(member=member).exists()


def admission(room: Room) -> AdmissionState:
    """How people come into ``room``, for its staff."""
    rows = waiting(room.pk)
    shown: list[Entrant] = []
    if room.lobby != Lobby.OFF:  # nobody waits where there is no lobby
        shown = list(rows.select_related("member__department")[: WAITING_SHOWN + 1])
    total = rows.count() if len(shown) > WAITING_SHOWN else len(shown)
    return AdmissionState(
        lobby=room.lobby,  # type: ignore[arg-type]  # CHECK room_lobby_known
        locked=room.locked,
        message=room.lobby_message,
        waiting=[
            WaitingState(person(row.member, "member"), unix(row.asked_at))
            for row in shown[:WAITING_SHOWN]
        ],
        total=total,
    )
