"""The end of a big class on PostgreSQL: many writers, nothing lost, nothing twice, no deadlock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

import pytest
from django.db import connection

from courses.credits.actions import Earned, record_many
from courses.credits.models import CreditEntry
from courses.credits.sealing import seal, verify
from members.accounts.models import Member
from tests.factories import make_department

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

T = TypeVar("T")

WRITERS, PEOPLE = 16, 1000
AT = datetime(2026, 12, 9, 8, 30, tzinfo=UTC)


def at_once(jobs: list[Callable[[], T]]) -> list[T]:
    """Each job on a thread and connection of its own; an error is raised here."""

    def run(job: Callable[[], T]) -> T:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_sixteen_writers_finish_the_same_course(
    transactional_db: None, many_connections: None
) -> None:
    unit = make_department()
    members = Member.objects.bulk_create(
        Member(staff_no=f"B{n}", name="m", department=unit) for n in range(PEOPLE)
    )

    def earned(member: Member) -> Earned:
        return Earned(member, "course", "AQ-101", "t", 90, "safety", "self", AT, {"percent": 90})

    def writer(number: int) -> Callable[[], int]:
        """Half of everybody at once, in an order of its own, and the others one by one."""
        order = list(members)
        Random(number).shuffle(order)  # noqa: S311 - an order, not a secret

        def work() -> int:
            written = record_many(map(earned, order[: PEOPLE // 2]))
            for member in order[PEOPLE // 2 : PEOPLE // 2 + 20]:
                written += record_many([earned(member)])
            return len(written)

        return work

    answers = at_once([*map(writer, range(WRITERS)), seal, seal])
    assert answers[:WRITERS] == [PEOPLE // 2 + 20] * WRITERS
    assert CreditEntry.objects.count() == PEOPLE
    seal()
    found = verify()
    assert (found.head.number, found.unsealed, found.fault) == (PEOPLE, 0, "")
