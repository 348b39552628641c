"""People as a room shows them."""

from __future__ import annotations

from members.accounts.models import Member
from realtime.protocol.state import Person, Role


def person(member: Member, role: Role) -> Person:
    """``member`` for the wire. Load her with ``department``."""
    department = member.department
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
