"""People as a room shows them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable

from members.accounts.models import Member
from realtime.protocol.state import Person, Role

GUEST = "访客", "Guest"
"""What stands where the unit of somebody with an account does, in both languages."""
RECENT = 30.0
"""Seconds for which somebody who speaks is not read again."""
MOST_RECENT = 2000


def person(member: Member, role: Role) -> Person:
    """``member`` for the wire. Load her with ``department``."""
    department = member.department
    if member.is_guest:
        return Person(member.pk, member.name, member.name_latin, role, *GUEST)
    return Person(
        id=member.pk,
        name=member.name,
        latin=member.name_latin,
        role=role,
        unit=department.name("zh") if department else "",
        unit_en=department.name("en") if department else "",
    )


def find_person(member: int, role: Role) -> Person:
    """One query: the person with this id."""
    return person(Member.objects.select_related("department").get(pk=member), role)


class Recent:
    """People shown a moment ago: whoever speaks once speaks again. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._people: OrderedDict[int, tuple[float, Member]] = OrderedDict()

    def find(self, members: Iterable[int]) -> dict[int, Member]:
        """``members`` as they were at most ``RECENT`` seconds ago."""
        since = time.monotonic() - RECENT
        with self._lock:
            known = {one: self._people[one] for one in members if one in self._people}
        return {one: member for one, (read, member) in known.items() if read > since}

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._people.clear()

    def keep(self, found: Iterable[Member]) -> None:
        """Remember people; those not seen for longest go first."""
        now = time.monotonic()
        with self._lock:
            for member in found:
                self._people.pop(member.pk, None)
                self._people[member.pk] = (now, member)
            while len(self._people) > MOST_RECENT:
                self._people.popitem(last=False)


recent = Recent()
"""Those of this process."""


def speakers(members: Collection[int]) -> dict[int, Member]:
    """These people, ready to be shown; a new name may take ``RECENT`` seconds to be seen."""
    known = recent.find(members)
    if missing := [one for one in members if one not in known]:
        found = find_people(missing)
        recent.keep(found.values())
        known |= found
    return known


def find_people(members: Iterable[int]) -> dict[int, Member]:
    """One query: these people, ready to be shown."""
    rows = Member.objects.select_related("department").filter(pk__in=list(members))
    return {member.pk: member for member in rows}
