"""Who may come into a room, and why not: audience, lobby, lock, and whom the staff let in.

Every door asks here: the page, the ticket, the socket, and the warden for pages that are open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from courses.activities import queries as activities
from courses.activities.queries import RoleName
from liveclass.rooms.models import Entrant, Guest, Lobby, Participation, Phase, Room
from realtime.protocol.refusals import RefusalCode


@dataclass(frozen=True, slots=True)
class Doors:
    """What each may enter as; who may not is in ``refused`` with the reason."""

    roles: dict[int, RoleName]
    refused: dict[int, RefusalCode] = field(default_factory=dict)


def verdict(room: Room, *, meant: bool, let_in: bool, was_in: bool) -> RefusalCode | None:
    """Why somebody who does not hold the class may not enter; None when she may.

    ``meant``: she is in the audience. Whom the staff have let in, and who was in already, returns
    whatever lobby and lock say; after the end neither says anything.
    """
    over = room.state == Phase.ENDED
    if let_in or (meant and (was_in or over)):
        return None
    if over or (not meant and room.lobby != Lobby.OTHERS):
        return "not_in_audience"
    if room.locked:
        return "locked"
    return "lobby" if not meant or room.lobby == Lobby.AUDIENCE else None


def doors(room: Room, members: Collection[int], roles: Mapping[int, RoleName]) -> Doors:
    """What stands between ``members`` and ``room``, whose roles in the class are ``roles``.

    An open room costs no query for people of its audience.
    """
    asking = [one for one in members if roles.get(one, "member") == "member"]
    open_to_all = room.lobby != Lobby.AUDIENCE and not room.locked
    if open_to_all and all(one in roles for one in asking):
        return Doors(dict(roles))
    let_in, were_in = admitted(room.pk, asking), _were_in(room.pk, asking)
    found = Doors(dict(roles))
    invited = _guests(room.pk, [one for one in asking if one not in roles])
    for one in asking:
        # A link invites like an audience, unless others have to ask: then guests are others.
        meant = one in roles or (one in invited and room.lobby != Lobby.OTHERS)
        code = verdict(room, meant=meant, let_in=one in let_in, was_in=one in were_in)
        if code is None:
            found.roles[one] = "member"
        else:
            found.roles.pop(one, None)
            found.refused[one] = code
    return found


def doors_for(room: Room, members: Collection[int]) -> Doors:
    """``doors`` for people whose roles are not known yet; closed accounts are absent."""
    roles = activities.roles_in(room.session, members)
    others = [one for one in members if one not in roles]
    known = activities.active(others) | _guests(room.pk, others) if others else set()
    return doors(room, [one for one in members if one in roles or one in known], roles)


def roles_of(room: Room, members: Collection[int]) -> dict[int, RoleName]:
    """What people are who are in ``room`` already: lobby and lock send nobody out."""
    roles = activities.roles_in(room.session, members)
    others = [one for one in members if one not in roles]
    if others:
        let_in = activities.active(admitted(room.pk, others)) | _guests(room.pk, others)
        roles |= dict.fromkeys(let_in, "member")
    return roles


def admitted(room_id: int, members: Iterable[int]) -> set[int]:
    """Those of ``members`` whom the staff have let in."""
    rows = Entrant.objects.filter(room=room_id, member__in=list(members))
    return set(rows.filter(admitted_at__isnull=False).values_list("member", flat=True))


def _guests(room_id: int, members: Collection[int]) -> set[int]:
    if not members:
        return set()
    rows = Guest.objects.filter(room=room_id, member__in=list(members))
    return set(rows.values_list("member", flat=True))


def _were_in(room_id: int, members: Iterable[int]) -> set[int]:
    rows = Participation.objects.filter(room=room_id, member__in=list(members))
    return set(rows.filter(removed_at__isnull=True).values_list("member", flat=True))
