"""Shelves of the catalogue: kept by platform admins, never taken from under a course."""

from __future__ import annotations

import pytest

from courses.catalog import shelves
from courses.catalog.models import Category, Course
from courses.catalog.refusals import CourseRefused
from tests.people import People, people, signed_in

__all__ = ["people"]

pytestmark = pytest.mark.django_db
PAGE = "/courses/teach/categories/"


def names() -> list[str]:
    return [one.name_zh for one in Category.objects.all()]


def test_only_platform_admins_keep_them(people: People) -> None:
    expected = {"host": 403, "assistant": 403, "member": 403, "outsider": 403, "admin": 200}
    for name, status in expected.items():
        client = signed_in(getattr(people, name), "en")
        assert client.get(PAGE).status_code == status
        made = client.post(
            PAGE, {"name_zh": f"安全{name}", "name_en": f"Safety {name}", "add": "1"}
        )
        assert made.status_code == (302 if status == 200 else 403)
    assert names() == ["安全admin"]


def test_they_are_named_moved_and_taken_away(people: People) -> None:
    client = signed_in(people.admin, "en")
    for zh, en in (("安全", "Safety"), ("政治", "Politics"), ("技能", "Skills")):
        client.post(PAGE, {"name_zh": zh, "name_en": en, "add": "1"})
    skills = Category.objects.get(name_en="Skills")
    client.post(PAGE, {"up": skills.pk, "name_zh": "", "name_en": ""})
    assert names() == ["安全", "技能", "政治"]
    client.post(PAGE, {"rename": skills.pk, "name_zh": "岗位技能", "name_en": "Job skills"})
    client.post(PAGE, {"remove": Category.objects.get(name_en="Safety").pk})
    assert names() == ["岗位技能", "政治"]
    assert "Job skills" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("zh", "en"), [("安全", "Other"), ("别的", "Safety"), ("", "x"), ("x", "")]
)
def test_what_cannot_be_a_name_is_refused_and_what_was_typed_stays(
    people: People, zh: str, en: str
) -> None:
    shelves.add_category("安全", "Safety")
    client = signed_in(people.admin, "en")
    answer = client.post(PAGE, {"name_zh": zh, "name_en": en, "add": "1"})
    assert answer.status_code == 422
    assert all(f'value="{one}"' in answer.content.decode() for one in (zh, en) if one)
    assert names() == ["安全"]


def test_one_with_courses_stays(people: People) -> None:
    shelf = shelves.add_category("安全", "Safety")
    Course.objects.create(code="C-1", title="x", author=people.host, category=shelf)
    with pytest.raises(CourseRefused) as no:
        shelves.remove_category(shelf)
    assert no.value.code == "category_used"
    client = signed_in(people.admin, "en")
    refused = client.post(PAGE, {"remove": shelf.pk})
    assert "Put them into another one first." in refused.content.decode()
    assert names() == ["安全"]


def test_there_is_an_end_to_them(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "MOST", 1)
    shelves.add_category("安全", "Safety")
    with pytest.raises(CourseRefused):
        shelves.add_category("技能", "Skills")
    assert signed_in(people.admin, "zh-hans").post(PAGE, {"up": "999"}).status_code == 404
    assert signed_in(people.admin, "en").post(PAGE, {"up": "9" * 5000}).status_code == 404
