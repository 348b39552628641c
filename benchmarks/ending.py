"""The end of a class: everybody completes the same course in the same second.

    python -m benchmarks.ending [--members 1000] [--writers 16] [--rounds 3] [--sqlite]

PostgreSQL with a connection for each writer, in two ways: each writer settles a batch (what happens
at the end of a class), and each member is settled alone (what reports of a player do), both with
members whom all writers settle at once. After the commit the members' own state is read again: it
has to say completed. All writers are threads of one process here, which share its one interpreter.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

from benchmarks import machine
from benchmarks.table import Table

SHARED = 20
"""Members whom every writer settles, each in an order of its own."""


@dataclass
class Outcome:
    """What one writer met: seconds from asking to having read the status, errors, completions."""

    delays: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    completed: int = 0
    stale: int = 0


def main() -> None:
    """Read the arguments and let the class end, each way in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sqlite", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liveclass-ending-") as folder:
        stop = _prepare(folder, asked.sqlite)
        try:
            _run(asked.members, asked.writers, asked.rounds, asked.sqlite)
        finally:
            stop()


def _prepare(folder: str, sqlite: bool) -> Callable[[], None]:
    def nothing() -> None:
        """Nothing runs."""

    stop = nothing
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "liveclass.settings", "DATA_DIR": folder,
        "SECRET_KEY": "benchmark-only-" + "0123456789abcdef" * 4, "ALLOWED_HOSTS": "testserver",
    }  # fmt: skip
    if not sqlite:
        from tests import services

        server, os.environ["DATABASE_URL"] = services.start_postgres()
        stop = server.stop
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    # a connection for each writer, as of so many processes: the pool of one process has fewer
    connection.settings_dict["OPTIONS"].pop("pool", None)
    call_command("migrate", verbosity=0)
    return stop


def _run(members: int, writers: int, rounds: int, sqlite: bool) -> None:
    name = "SQLite" if sqlite else "PostgreSQL"
    table = Table(
        f"End of a class, {members} members, {writers} writers, {name}", "way", "seconds",
        "members/s", "own status p50 ms", "p99", "max", "errors", "stale", "completions",
    )  # fmt: skip
    for number in range(rounds):
        for way in ("in batches", "one by one"):
            course, people = _class_of(f"C{number}{way[:2]}", members)
            outcomes, seconds = _end(course, people, writers, one_by_one=way == "one by one")
            _report(table, way, outcomes, seconds, course, members)
    table.note(machine.described())


def _report(
    table: Table, way: str, outcomes: list[Outcome], seconds: float, course: int, members: int
) -> None:
    from courses.completion.models import Completion
    from courses.credits.certificates.models import Certificate
    from courses.credits.models import CreditEntry

    delays = [delay * 1000 for one in outcomes for delay in one.delays]
    errors = [error for one in outcomes for error in one.errors]
    cuts = statistics.quantiles(delays, n=100)
    done = Completion.objects.filter(course=course).count()
    source = {"source_kind": "course"}
    for rows in (CreditEntry.objects.filter(**source), Certificate.objects.filter(**source)):
        if rows.count() % members:
            raise SystemExit("somebody has no hours, no certificate, or two of them")
    if done != members or sum(one.completed for one in outcomes) != members:
        raise SystemExit(f"{done} completions of {members}")
    table.row(way, seconds, members / seconds, cuts[49], cuts[98], max(delays), len(errors),
              sum(one.stale for one in outcomes), done)  # fmt: skip
    for error in errors[:3]:
        table.note(error)


def _class_of(code: str, members: int) -> tuple[int, list[int]]:
    """A course that everybody has watched far enough, and nobody has been settled in."""
    from django.utils import timezone

    from courses.catalog.models import Course, Lesson, Section
    from courses.completion.actions import enrol
    from courses.completion.models import Progress
    from members.accounts.models import Member
    from members.units.actions import create_unit
    from members.units.models import UnitKind

    unit = create_unit(UnitKind.DEPARTMENT, f"unit-{code}", code, code, None)
    author = Member.objects.create(staff_no=f"A{code}", name="author")
    course = Course.objects.create(
        code=code, title=code, author=author, credit_kind="safety", estimated_minutes=90,
        state="published",
    )  # fmt: skip
    section = Section.objects.create(course=course, order=1, title="1")
    lesson = Lesson.objects.create(section=section, order=1, kind="video", title="v")
    people = Member.objects.bulk_create(
        Member(staff_no=f"{code}-{n}", name=f"m{n}", department=unit) for n in range(members)
    )
    enrol([one.pk for one in people], course.pk)
    Progress.objects.bulk_create(
        Progress(member=one, lesson=lesson, permille=960, changed_at=timezone.now())
        for one in people
    )
    return course.pk, [one.pk for one in people]


def _end(
    course: int, people: list[int], writers: int, *, one_by_one: bool
) -> tuple[list[Outcome], float]:
    from django.db import connection

    def work(number: int) -> Outcome:
        mine = people[number::writers] + people[:SHARED]
        Random(number).shuffle(mine)  # noqa: S311 - an order, not a secret
        outcome = Outcome()
        try:
            for part in [[one] for one in mine] if one_by_one else [mine]:
                _settle(course, part, outcome)
        finally:
            connection.close()
        return outcome

    connection.close()
    begun = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        outcomes = list(pool.map(work, range(writers)))
    return outcomes, time.perf_counter() - begun


def _settle(course: int, members: list[int], outcome: Outcome) -> None:
    """Settle, then read what these members would see now."""
    from django.db import DatabaseError

    from courses.completion.models import Enrolment
    from courses.completion.settling import settle

    begun = time.perf_counter()
    try:
        outcome.completed += settle(members, course)
        open_ones = Enrolment.objects.filter(
            course=course, member__in=members, completed_at__isnull=True
        )
        outcome.stale += open_ones.count()
    except DatabaseError as error:
        outcome.errors.append(repr(error))
    outcome.delays += [time.perf_counter() - begun] * len(members)


if __name__ == "__main__":
    main()
