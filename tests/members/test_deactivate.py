"""``manage.py deactivate``: all of the people named, or nobody."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from members.accounts.models import Member
from tests.factories import make_member
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def run(*numbers: str, again: bool = False) -> str:
    out = io.StringIO()
    call_command("deactivate", *numbers, again=again, stdout=out)
    return out.getvalue()


def active() -> set[str]:
    return set(Member.objects.filter(is_active=True).values_list("staff_no", flat=True))


def test_who_left_is_let_in_no_more_until_she_is_back() -> None:
    ann, ben = make_member(staff_no="A1"), make_member(staff_no="B2")
    client = signed_in(ann)
    assert client.get("/me/").status_code == 200
    assert run("a1").startswith("1 people")
    assert active() == {ben.staff_no}
    assert client.get("/me/").status_code == 302, "her open session is over too"
    assert run("A1").startswith("0 people")
    assert run("A1", again=True).startswith("1 people")
    assert active() == {ann.staff_no, ben.staff_no}


def test_a_number_nobody_has_refuses_the_whole_list() -> None:
    make_member(staff_no="A1")
    with pytest.raises(CommandError, match="X9"):
        run("A1", "x9")
    assert active() == {"A1"}
