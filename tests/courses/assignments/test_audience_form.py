"""Whom the form of an assignment reaches: facts that go together or not, and people by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from courses.assignments.audience import parse
from courses.assignments.calling import Unknown, named
from courses.assignments.forms import AssignmentForm, ChangeForm
from courses.assignments.matching import matching
from courses.assignments.models import Assignment
from courses.assignments.wording import in_words
from courses.catalog.models import Course
from courses.credits.queries import today
from members.accounts.models import Member
from members.units.actions import give_role
from tests.factories import make_member
from tests.people import People, signed_in


@pytest.fixture
def nurse(people: People) -> Member:
    """Somebody with a post, in no unit of the others."""
    made = make_member("阿依古丽·买买提", people.contractors, password=None)
    Member.objects.filter(pk=made.pk).update(post="巡检员", name_latin="Ayigul Maimaiti")
    made.refresh_from_db()
    return made


def filled(people: People, course: Course, **chosen: Any) -> AssignmentForm:
    data = {"title": "x", "courses": [course.pk], "begins_on": today().isoformat(),
            "due_days": "3", "repeat": "once", **chosen}  # fmt: skip
    form = AssignmentForm(data, by=people.admin)
    form.is_valid()
    assert not form.wrong_audience(), form.errors
    return form


def reached(form: AssignmentForm) -> set[int]:
    return set(matching(form.audience(), None).values_list("pk", flat=True))


def test_facts_fit_together_or_one_is_enough(people: People, course: Course, nurse: Member) -> None:
    chosen = {"departments": [people.crew.pk], "post": "巡检员"}
    together = reached(filled(people, course, **chosen))
    assert nurse.pk not in together
    assert people.member.pk not in together
    one = filled(people, course, **chosen, joined="any")
    assert {nurse.pk, people.member.pk} <= reached(one)
    assert people.outsider.pk not in reached(one)
    with override("en"):
        [words] = in_words([one.audience()])
    assert words.endswith(" or with the post “巡检员”")


def test_people_come_in_addition_and_alone(people: People, course: Course, nurse: Member) -> None:
    also = f"{nurse.name}，{people.outsider.staff_no}"
    alone = filled(people, course, also=also)
    assert reached(alone) == {nurse.pk, people.outsider.pk}
    more = filled(people, course, departments=[people.crew.pk], also=also)
    assert {nurse.pk, people.outsider.pk, people.member.pk} <= reached(more)
    less = filled(people, course, departments=[people.crew.pk], also=also, without=nurse.name)
    assert nurse.pk not in reached(less)
    with override("zh-hans"):
        [words] = in_words([less.audience()])
    assert words.startswith("（"), "what is taken away is taken from all of it"


def test_brackets_say_what_belongs_together() -> None:
    post = {"is": "post", "post": "a"}
    other = {"is": "new_since", "day": "2026-01-02"}
    either = {"is": "any", "of": [post, other]}
    with override("en"):
        [plain, nested] = in_words(
            [parse(either), parse({"is": "all", "of": [either, {"is": "everybody"}]})]
        )
    assert "(" not in plain
    assert nested == f"({plain}) and everybody"


@pytest.mark.parametrize(
    "typed",
    ["{a.staff_no} {b.staff_no}", "{a.staff_no}\n{b.name}", "{a.name}、{b.name_latin}",
     "{b.name_latin}，{a.staff_no}，{a.name}"],
)  # fmt: skip
def test_people_are_typed_as_it_comes(people: People, nurse: Member, typed: str) -> None:
    found = named(people.admin, typed.format(a=people.member, b=nurse))
    assert found == sorted({people.member.pk, nurse.pk})


def test_a_name_of_two_and_of_nobody_is_refused(people: People, nurse: Member) -> None:
    twin = make_member(nurse.name, people.contractors, password=None)
    with override("en"), pytest.raises(Unknown, match=twin.staff_no):
        named(people.admin, nurse.name)
    with override("en"), pytest.raises(Unknown, match="王五"):
        named(people.admin, f"{people.member.name}, 王五")
    with pytest.raises(Unknown):
        named(people.admin, " ".join(f"X{n}" for n in range(1001)))


def test_names_outside_her_units_tell_an_admin_of_a_unit_nothing(
    people: People, nurse: Member
) -> None:
    give_role(people.crew, people.assistant.pk, "admin")
    assert named(people.assistant, people.member.name) == [people.member.pk]
    with pytest.raises(Unknown):
        named(people.assistant, nurse.name)


def test_changing_shows_what_was_chosen(people: People, course: Course, nurse: Member) -> None:
    form = filled(people, course, departments=[people.crew.pk], post="巡检员", joined="any",
                  also=nurse.name)  # fmt: skip
    client = signed_in(people.admin, "en")
    client.post("/assignments/new/", form.data)
    made = Assignment.objects.get()
    again = ChangeForm(by=people.admin, found=made, seen=0)
    assert again.initial["joined"] == "any"
    assert again.initial["also"] == nurse.staff_no
    page = client.get(f"/assignments/{made.pk}/change/").content.decode()
    assert "One of them is enough" in page
    assert nurse.staff_no in page
