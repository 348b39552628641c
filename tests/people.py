"""The recurring people of the tests: who they are in a class, and how they sign in.

Host Guo Jianye teaches, assistant Xue Fang helps, member Tian Rui is in the audience (crew 1),
outsider Lu Changhe is a contractor and in no audience, Shao Min is platform admin. Use the
``people`` fixture: ``from tests.people import people`` in a ``conftest.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from members.accounts.models import Member
from members.units.actions import give_role
from members.units.models import Unit, UnitRoleKind
from tests.factories import make_department, make_group, make_member

SIGN_IN = "/accounts/login/"


@dataclass(frozen=True)
class People:
    """Everybody a permission must be tried on, and the units that audiences are made of."""

    host: Member
    assistant: Member
    member: Member
    outsider: Member
    admin: Member
    company: Unit
    crew: Unit
    contractors: Unit
    lecturers: Unit

    @property
    def everybody(self) -> dict[str, Member | None]:
        """By role; ``anonymous`` is nobody."""
        return {
            "host": self.host,
            "assistant": self.assistant,
            "member": self.member,
            "outsider": self.outsider,
            "admin": self.admin,
            "anonymous": None,
        }


def make_people() -> People:
    """The people with their units, under the numbers and names of the demo organisation."""
    company = make_department("北原热电有限公司")
    safety, crew = make_department("安全监察部", company), make_department("运行一值", company)
    contractors = make_department("外委检修队")
    lecturers = make_group("讲师团")
    Unit.objects.filter(pk=lecturers.pk).update(code="lecturers")
    found = People(
        host=_person("1005", "郭建业", "Guo Jianye", safety),
        assistant=_person("1007", "薛芳", "Xue Fang", safety),
        member=_person("1013", "田蕊", "Tian Rui", crew),
        outsider=_person("1058", "路长河", "Lu Changhe", contractors),
        admin=_person("1002", "邵敏", "Shao Min", company, is_platform_admin=True),
        company=company,
        crew=crew,
        contractors=contractors,
        lecturers=lecturers,
    )
    give_role(lecturers, found.host.pk, UnitRoleKind.MEMBER)
    return found


@pytest.fixture
def people(db: None) -> People:
    """The recurring people, freshly made."""
    return make_people()


def signed_in(member: Member | None, language: str = "") -> Client:
    """A browser in which ``member`` is signed in, or nobody; ``language``: the cookie it sends."""
    client = Client()
    if member is not None:
        client.force_login(member)
    if language:
        client.cookies["django_language"] = language
    return client


def _person(number: str, name: str, latin: str, unit: Unit, **fields: bool) -> Member:
    address = f"{latin.lower().replace(' ', '.')}@beiyuan.example"
    return make_member(name, unit, staff_no=number, name_latin=latin, email=address, **fields)
