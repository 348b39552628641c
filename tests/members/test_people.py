"""What may be a member, names as they are read, seals, and the demo organisation."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from members.accounts.actions import load_demo_people
from members.accounts.models import Member
from members.accounts.queries import members_in
from members.accounts.seals import seal_of
from members.demo import PEOPLE
from members.units.actions import save_organisation
from members.units.models import Unit, UnitKind
from tests.factories import PASSWORD, make_member
from tests.people import SIGN_IN


def test_staff_numbers_are_one_form(db: None) -> None:
    assert make_member(staff_no=" j001 ").staff_no == "J001"


@pytest.mark.parametrize("number", ["", "12 34", "a/b", "工号", "X" * 21, "1013\n5"])
def test_staff_numbers_that_cannot_be_typed_are_refused(db: None, number: str) -> None:
    with pytest.raises(ValidationError):
        make_member(staff_no=number)


def test_two_people_do_not_share_an_address(db: None) -> None:
    make_member(email="a@beiyuan.example")
    with pytest.raises(ValidationError):
        make_member(email="A@beiyuan.example")
    other = make_member()
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=other.pk).update(email="A@BEIYUAN.example")


def test_any_number_of_people_have_no_address(db: None) -> None:
    assert make_member(email="").email is make_member().email is None


@pytest.mark.parametrize(
    "wrong", [{"theme": "pink"}, {"language": "fr"}, {"name": ""}, {"email": ""}]
)
def test_the_database_refuses_members_that_mean_nothing(db: None, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=make_member().pk).update(**wrong)


def test_the_first_admin(db: None) -> None:
    admin = Member.objects.create_superuser("1", "管理员", PASSWORD)
    assert admin.is_superuser
    assert admin.is_platform_admin


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "田蕊"), ("en", "Tian Rui")])
def test_names_follow_the_reader(language: str, shown: str) -> None:
    assert Member(name="田蕊", name_latin="Tian Rui").display_name(language) == shown
    assert Member(name="田蕊").display_name("en") == "田蕊"


@pytest.mark.parametrize(
    ("name", "seal"),
    [
        ("田蕊", "田"),
        ("李䶮", "李"),
        ("欧阳朗", "欧阳"),
        ("欧阳", "欧"),
        ("阿依古丽·买买提", "阿"),
        ("Tian Rui", "TR"),
        ("Aygul", "A"),
        ("Maria del Carmen", "MD"),
        ("", ""),
    ],
)
def test_seals(name: str, seal: str) -> None:
    assert seal_of(name) == seal


def test_the_demo_organisation_is_as_designed(db: None) -> None:
    people = load_demo_people(PASSWORD)
    assert len(people) == 60
    assert sorted(person.name for person in people).count("王磊") == 2
    counts = {unit.code: members_in([unit]).count() for unit in Unit.objects.all()}
    designed = {
        "company": 60, "office": 4, "safety": 3, "engineering": 3, "operations": 24, "crew-1": 6,
        "crew-4": 6, "maintenance": 12, "boiler": 3, "fuel": 4, "heating": 7, "network": 4,
        "service": 3, "contractors": 3, "committee": 40, "branch-office": 10,
        "branch-operations": 17, "branch-operations-1": 5, "branch-operations-2": 4,
        "branch-maintenance": 8, "branch-heating": 5, "special-operators": 9, "newcomers": 3,
        "lecturers": 4, "team-leaders": 8,
    }  # fmt: skip
    assert {code: counts[code] for code in designed} == designed


def test_every_demo_person_reads_in_both_languages() -> None:
    assert all(person.en.replace("ü", "u").replace(" ", "").isascii() for person in PEOPLE)
    assert all(person.post and person.post_en for person in PEOPLE)
    assert len({person.staff_no for person in PEOPLE}) == 60


def test_loading_the_demo_again_only_changes_passwords(db: None) -> None:
    load_demo_people(PASSWORD)
    save_organisation(name_zh="我们的学堂")
    before = list(Member.objects.values_list("pk", "staff_no"))
    units = Unit.objects.count()
    load_demo_people("another-pass-phrase-9")
    assert list(Member.objects.values_list("pk", "staff_no")) == before
    assert Unit.objects.count() == units
    form = {"login": "1020", "password": "another-pass-phrase-9"}
    client = Client(headers={"accept-language": "zh-CN"})
    assert "我们的学堂" in client.get(SIGN_IN).content.decode()
    assert client.post(SIGN_IN, form).status_code == 302


def test_departments_and_groups_are_two_trees(db: None) -> None:
    load_demo_people(PASSWORD)
    mixed = Unit.objects.filter(kind=UnitKind.GROUP, parent__kind=UnitKind.DEPARTMENT)
    assert not mixed.exists()
