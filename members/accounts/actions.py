"""The only writers of people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction

from members import demo
from members.accounts.models import Member
from members.units.actions import create_unit, give_role, save_organisation
from members.units.models import Organisation, Unit, UnitKind

when_moved: list[Callable[[int, int | None, int | None], None]] = []
"""Told who changed from which department to which (new people: from none), in that transaction;
set in ``apps.ready``."""


when_active_changed: list[Callable[[Sequence[int]], None]] = []
"""Told who was deactivated, or came back, in that transaction; set in ``apps.ready``."""


def remember_preferences(member: Member, *, language: str = "", theme: str = "") -> None:
    """Keep what a person chose; an empty value leaves what was there."""
    changed = {"language": language, "theme": theme}
    chosen = {name: value for name, value in changed.items() if value}
    for name, value in chosen.items():
        setattr(member, name, value)
    if chosen:
        member.save(update_fields=list(chosen))


@transaction.atomic
def register(member: Member, password: str | None) -> None:
    """A new person, checked already; without a password she cannot sign in until one is set."""
    member.set_password(password)
    member.save(force_insert=True)
    for tell in when_moved if member.department_id else ():
        tell(member.pk, None, member.department_id)


def update_person(member: Member) -> None:
    """Write what a list of people says of ``member``, checked already; nothing about signing in."""
    rows = Member.objects.filter(pk=member.pk)
    with transaction.atomic():
        before = rows.values_list("department", flat=True).first()
        member.save(update_fields=["name", "name_latin", "post", "email", "department"])
        if before != member.department_id:
            for tell in when_moved:
                tell(member.pk, before, member.department_id)


@transaction.atomic
def set_active(members: Iterable[int], *, active: bool) -> int:
    """Deactivate ``members``, or let them back in; answers of how many that changed anything.

    Nothing of theirs is deleted. They cannot sign in, and figures of people leave them out.
    """
    wanted = Member.objects.select_for_update().filter(pk__in=list(members), is_active=not active)
    found = list(wanted.order_by("pk").values_list("pk", flat=True))
    Member.objects.filter(pk__in=found).update(is_active=active)
    for tell in when_active_changed if found else ():
        tell(found)
    return len(found)


@transaction.atomic
def load_demo_people(password: str) -> list[Member]:
    """The invented company with its units and sixty people, all with ``password``.

    Loading again changes nothing but the passwords. An organisation that was named by somebody
    keeps its name.
    """
    if not Organisation.objects.exists():
        save_organisation(
            name_zh=demo.NAME_ZH, name_en=demo.NAME_EN, help_zh=demo.HELP_ZH, help_en=demo.HELP_EN
        )
    units = _units(UnitKind.DEPARTMENT, demo.DEPARTMENTS)
    units |= _units(UnitKind.GROUP, demo.GROUPS)
    # One hash for all: sixty would take seconds, and the password is the same anyway.
    encoded = make_password(password)
    people = {person.staff_no: _person(person, units, encoded) for person in demo.PEOPLE}
    for (code, role), numbers in demo.ROLES.items():
        for staff_no in numbers.split():
            give_role(units[code], people[staff_no].pk, role)
    return list(people.values())


def _units(kind: UnitKind, wanted: tuple[demo.DemoUnit, ...]) -> dict[str, Unit]:
    """The wanted units by code; made where they are missing."""
    codes = [unit.code for unit in wanted]
    found = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    for order, (code, parent, zh, en) in enumerate(wanted):
        if code not in found:
            found[code] = create_unit(kind, code, zh, en, found.get(parent), order)
    return found


def _person(person: demo.DemoPerson, units: dict[str, Unit], encoded: str) -> Member:
    fields = {
        "name": person.zh,
        "name_latin": person.en,
        "email": _address(person),
        "department": units[person.unit],
        "post": person.post,
        "post_en": person.post_en,
        "is_platform_admin": person.staff_no in demo.PLATFORM_ADMINS,
        "password": encoded,
    }
    member, made = Member.objects.get_or_create(staff_no=person.staff_no, defaults=fields)
    if not made:
        member.password = encoded
        member.save(update_fields=["password"])
    return member


def _address(person: demo.DemoPerson) -> str:
    """An address no mail can reach (RFC 2606); of two people of one name, both get numbers."""
    plain = unicodedata.normalize("NFKD", person.en).encode("ascii", "ignore").decode().lower()
    local = re.sub(r"[^a-z]+", ".", plain)
    twins = sum(other.en == person.en for other in demo.PEOPLE) > 1
    return f"{local}{person.staff_no if twins else ''}@{demo.MAIL_DOMAIN}"
