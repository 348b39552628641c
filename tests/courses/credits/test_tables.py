"""Conversion tables: read by everybody, written by platform admins, never for days gone by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from courses.credits import queries as ledger
from courses.credits.conversion import BadTable
from courses.credits.models import ConversionTable, CreditEntry
from courses.credits.tables.actions import Retroactive, write_table
from courses.credits.tables.queries import pk_of, versions
from tests.courses.credits.test_record_pages import write
from tests.people import People, signed_in

RULES = {"step": 10, "modes": {"*": {"per_hour": 60}}}


def form(**fields: Any) -> dict[str, Any]:
    """60 minutes from tomorrow on."""
    tomorrow = ledger.today() + timedelta(days=1)
    return {"name": "公司", "valid_from": tomorrow, "per_hour": 60, "step": 10, **fields}


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [("host", 200, 403), ("assistant", 200, 403), ("member", 200, 403), ("outsider", 200, 403),
     ("admin", 200, 200), ("anonymous", 302, 302)],
)  # fmt: skip
def test_who_reads_and_writes(people: People, who: str, reads: int, writes: int) -> None:
    client = signed_in(people.everybody[who], "en")
    assert client.get("/requirements/tables/").status_code == reads
    assert client.get("/requirements/tables/built-in/").status_code == reads
    assert client.get("/requirements/tables/999/").status_code == (404 if reads == 200 else 302)
    assert client.get("/requirements/tables/new/").status_code == writes
    sent = client.post("/requirements/tables/new/", form())
    assert sent.status_code == (302 if writes == 200 else writes)
    assert ConversionTable.objects.exists() is (who == "admin")


def test_a_new_version_never_touches_what_was_valued(people: People) -> None:
    entry = write(people.member)
    boss = signed_in(people.admin, "en")
    preview = boss.post("/requirements/tables/new/", form(preview="1")).content.decode()
    assert "No entry made so far is touched" in preview
    assert not ConversionTable.objects.exists()
    boss.post("/requirements/tables/new/", form(half_day="4", day="8", bands="1: 0.25\n>15: 0.5"))
    made = ConversionTable.objects.get()
    assert made.rules["modes"]["hall"]["day"] == 800
    assert made.rules["modes"]["self"]["bands"][1] == {"above": 15, "value": 50}
    assert CreditEntry.objects.get() == entry
    future, built_in = versions(ledger.today())
    assert (future.state, built_in.state, built_in.entries) == ("future", "now", 1)
    page = boss.get(f"/requirements/tables/{made.pk}/").content.decode()
    assert "more than 15 minutes: 0.5" in page
    assert "Half a day (from 180 minutes) 4.0 hours" in page
    own = signed_in(people.member, "en").get(f"/record/entries/{entry.pk}/").content.decode()
    assert "/requirements/tables/built-in/" in own
    assert pk_of(str(made)) == made.pk
    assert pk_of("45 min/1") is None


def test_the_past_is_not_valued_anew(people: People) -> None:
    today = ledger.today()
    for day in (today, today - timedelta(days=400)):
        with pytest.raises(Retroactive):
            write_table(people.admin, "t", day, RULES)
        refused = signed_in(people.admin, "en").post(
            "/requirements/tables/new/", form(valid_from=day)
        )
        assert refused.status_code == 422
        assert "begins on a day to come" in refused.content.decode()
    later = today + timedelta(days=30)
    assert write_table(people.admin, "t", later, RULES).version == 1
    with pytest.raises(Retroactive):
        write_table(people.admin, "other", later, RULES)
    assert write_table(people.admin, "t", later + timedelta(days=1), RULES).version == 2
    with pytest.raises(PermissionDenied):
        write_table(people.member, "t", later + timedelta(days=9), RULES)
    with pytest.raises(BadTable):
        write_table(people.admin, "t", later + timedelta(days=9), {"modes": {}})


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"day": "8"}, "half_day"), ({"half_day": "8", "day": "4"}, "day"), ({"bands": "x"}, "bands"),
     ({"bands": "30: 1\n15: 0.5"}, "bands"), ({"per_hour": 0}, "per_hour"), ({"step": "7"}, "step"),
     ({"name": "a/b"}, "name")],
)  # fmt: skip
def test_what_makes_no_sense_is_shown_at_its_field(
    people: People, fields: dict[str, Any], field: str
) -> None:
    answer = signed_in(people.admin).post("/requirements/tables/new/", form(**fields))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ConversionTable.objects.exists()
