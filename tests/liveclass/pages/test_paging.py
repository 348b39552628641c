"""Paging by key: every class once, in order, whatever is added or removed between two pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liveclass.classes.paging import PAGE, Key
from liveclass.rooms.actions import schedule_class
from members.accounts.models import Member
from tests.liveclass.pages.conftest import MOMENT, Visit


def fill(count: int, *, back: bool) -> list[str]:
    """``count`` classes for everyone, two at each time; codes in the order they are shown."""
    lecturer = Member.objects.get(staff_no="1044")
    codes = []
    for number in range(count):
        days = timedelta(days=30 + number // 2)
        session = schedule_class(
            created_by=lecturer,
            title=f"class {number}",
            starts_at=MOMENT - days if back else MOMENT + days,
            minutes=30,
            lecturer=lecturer,
            audience_everyone=True,
        )
        codes.append(session.code)
    return codes


@pytest.mark.parametrize("show", ["upcoming", "past"])
def test_all_classes_come_once_there_and_back(visit: Visit, show: str) -> None:
    made = set(fill(2 * PAGE + 3, back=show == "past"))
    client, way, query = visit("1059"), [], ""
    while True:
        context = client.get(f"/classes/?show={show}&{query}").context
        way.append([card.code for day in context["days"] for card in day["cards"]])
        if not context["older"]:
            break
        query = context["older"]
    seen = [code for codes in way for code in codes]
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    for codes in reversed(way[:-1]):
        query = context["newer"]
        context = client.get(f"/classes/?show={show}&{query}").context
        assert [card.code for day in context["days"] for card in day["cards"]] == codes
    assert context["newer"] == ""


def test_the_number_of_questions_does_not_grow_with_the_list(
    visit: Visit, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    fill(PAGE, back=False)
    client = visit("1059")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get("/classes/")


@pytest.mark.parametrize("key", ["", "x", "1-", "-1", "1-x", "9" * 40 + "-1", "１-１", "1-1-1"])
def test_a_mangled_key_shows_the_first_page(visit: Visit, key: str) -> None:
    assert visit("1013").get("/classes/", {"after": key, "before": key}).status_code == 200


def test_keys_are_exact() -> None:
    key = Key(MOMENT + timedelta(microseconds=1), 7)
    assert Key.parse(str(key)) == key
