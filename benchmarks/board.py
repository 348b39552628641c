"""The board of a large organisation: pages, ranking, folding, recount and export.

    python -m benchmarks.board [--members 100000] [--courses 200] [--each 25] [--owed 1]
        [--postgres]

2,221 units on four levels; everybody takes ``--each`` of the courses, 70 % of which are completed
and each ``--owed``-th of which is owed, due on sixty different days around today, 5 % of them
excused; a yearly requirement of hours for everybody, towards which each tenth has an entry. The
rows are made by the database itself; everything measured goes through the product's own pages,
actions and jobs, in a process whose memory is settled like that of the web process: without that
the collector goes through all the rows that were made, in the middle of what is measured.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks import machine

FAN = (20, 10, 10)
"""Units below each unit, level by level."""
ROUNDS = 30
PEOPLE = 2500
"""Members enrolled by one statement."""
DUE_DAYS = 60
"""Different days on which something is due."""


def main() -> None:
    """Prints one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--courses", type=int, default=200)
    parser.add_argument("--each", type=int, default=25, help="courses each member takes")
    parser.add_argument("--owed", type=int, default=1, help="one obligation for so many enrolments")
    parser.add_argument("--folder", help="where to put the database; a temporary folder")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--export", type=int, default=100_000, help="rows of the export, about")
    options = parser.parse_args()
    print(machine.described(), flush=True)
    with tempfile.TemporaryDirectory(prefix="liveclass-board-", dir=options.folder) as folder:
        stop = _prepare(folder, options.postgres)
        try:
            _measure(options)
        finally:
            stop()
    print(machine.described(), flush=True)


def _prepare(folder: str, postgres: bool) -> Callable[[], None]:
    def stop() -> None:
        """Nothing runs."""

    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "liveclass.settings", "DATA_DIR": folder,
        "SECRET_KEY": "benchmark-only-" + "0123456789abcdef" * 4, "ALLOWED_HOSTS": "testserver",
    }  # fmt: skip
    if postgres:
        from tests import services

        server, url = services.start_postgres()
        os.environ["DATABASE_URL"] = url
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return server.stop if postgres else stop


def _measure(options: argparse.Namespace) -> None:
    from django.test import Client

    from courses.assignments.models import Obligation
    from courses.assignments.queries import todo
    from courses.completion.models import Enrolment
    from courses.reports import queries
    from courses.reports.actions import recount
    from courses.reports.models import Counter, Turn
    from members.accounts.models import Member
    from members.units.models import Unit
    from realtime.server import settle_memory

    members, each, wanted = options.members, options.each, options.export
    _timed("made in", lambda: _fill(members, options.courses, each, options.owed))
    print(f"{Enrolment.objects.count()} enrolments, {Obligation.objects.count()} obligations")
    _timed("recount", recount)
    print(f"{Counter.objects.count()} counters, {Turn.objects.count()} turns", flush=True)
    _timed("hours of everybody reckoned", _reckon_hours)
    settle_memory()
    root = Unit.objects.get(code="u1")
    client = Client()
    client.force_login(Member.objects.get(staff_no="ADMIN"))
    _spread("page of the organisation", lambda: _get(client, "/board/u1/"))
    _spread("page of a unit of ten", lambda: _get(client, "/board/u30/"))
    _spread("people of a cell", lambda: _get(client, "/board/u400/people/C-1/"))
    _spread(
        "who is overdue in a unit of ten", lambda: _get(client, "/board/u30/people/?state=overdue")
    )
    _spread("to-do list (query)", lambda: todo(Member.objects.get(staff_no="B77")))
    _spread("transcript of 40 entries (query)", lambda: _transcript("B77"))
    _spread("record of 40 entries (page)", lambda: _get(client, "/record/B77/"))
    _spread("hours of the organisation (page)", lambda: _get(client, "/board/u1/hours/"))
    _spread("hours of a unit of ten (page)", lambda: _get(client, "/board/u30/hours/"))
    _spread("people of a cell of hours", lambda: _get(client, "/board/u400/hours/people/H-01/"))
    _spread("ranking (query)", lambda: queries.ranking(root))
    _spread("ranking (page)", lambda: _get(client, "/board/u1/ranking/"))
    _lag(root)
    for unit in ("u30", "u2", "u1")[: 3 if members * each <= wanted else 2]:  # memory stays flat
        _export(client, unit)
        _workbook(unit)
    before = queries.figures(root)
    recount()
    print(f"same before and after a recount: {before == queries.figures(root)}", flush=True)


def _fill(members: int, courses: int, each: int, owed: int) -> None:
    from django.db import connection

    from courses.catalog.models import Course
    from members.accounts.models import Member

    leaves = _units()
    Member.objects.bulk_create(
        (
            Member(staff_no=f"B{n}", name=f"m{n}", department_id=leaves[n % len(leaves)])
            for n in range(members)
        ),
        batch_size=1000,
    )
    admin = Member.objects.create(staff_no="ADMIN", name="admin", is_platform_admin=True)
    Course.objects.bulk_create(
        Course(code=f"C-{n}", title=f"c{n}", author=admin, state="published")
        for n in range(courses)
    )
    _require(admin)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # what is inserted refers to what it was selected from: no need to look it up again
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
        else:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -400000")
        last = Member.objects.order_by("-pk").values_list("pk", flat=True)[0]
        # a transaction for some thousand people: one for all would be one log of gigabytes
        for first in range(0, last + 1, PEOPLE):
            _enrol(cursor, courses, each, first)
            if first % (10 * PEOPLE) == 0:
                print(f"  {first} people enrolled", flush=True)
        _oblige(cursor, admin, owed)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def _enrol(cursor: Any, courses: int, each: int, first: int) -> None:
    """``PEOPLE`` members from key ``first`` on; each takes ``each`` of the courses."""
    from django.utils import timezone

    now = timezone.now()
    cursor.execute(
        "INSERT INTO courses_enrolment (member_id, course_id, period, began_at, permille,"
        " completed_at) SELECT m.id, c.id, '', %s, 500,"
        " CASE WHEN (m.id * 31 + c.id * 17) %% 100 < 70 THEN %s ELSE NULL END"
        " FROM members_member m CROSS JOIN courses_course c"
        " WHERE m.department_id IS NOT NULL AND (m.id * 7 + c.id) %% %s < %s"
        " AND m.id >= %s AND m.id < %s ORDER BY m.id, c.id",
        [now, now, courses, each, first, first + PEOPLE],
    )


def _require(admin: Any) -> None:
    """Forty hours a year of everybody; each tenth has some of them, one person forty entries."""
    from courses.credits.actions import Earned, record_many
    from courses.credits.requirements.actions import write_requirement
    from members.accounts.models import Member

    year = datetime.now(UTC).year
    for number, threshold in enumerate((4000, 800), start=1):
        write_requirement(
            admin, f"H-{number:02}", title="hours", source="benchmark", standing="own",
            layer="national", threshold=threshold, valid_from=date(year - 2, 1, 1), rule={},
        )  # fmt: skip
    at = datetime(year, 1, 2, tzinfo=UTC)
    people = list(Member.objects.filter(staff_no__endswith="7", department__isnull=False))
    record_many(Earned(one, "course", "c", "t", 450, "safety", "live", at) for one in people)
    one = Member.objects.get(staff_no="B77")
    record_many(Earned(one, "course", f"c{n}", "t", 45, "safety", "live", at) for n in range(39))


def _reckon_hours() -> None:
    from courses.reports.hours.actions import recount

    print(f"{recount()} standings in hours", flush=True)


def _transcript(staff_no: str) -> None:
    """What the page of a record reads."""
    from courses.credits.queries import today
    from courses.credits.record import queries
    from members.accounts.models import Member

    member, day = Member.objects.get(staff_no=staff_no), today()
    period = queries.year_period(day.year)
    found = queries.cards(member, day)
    if len(queries.rows(member, period, queries.leading(found, period))) < 40:
        raise SystemExit("the ledger is not there")


def _oblige(cursor: Any, admin: Any, every: int) -> None:
    """An obligation for one of ``every`` enrolments; its day and whether it is excused follow from
    the keys."""
    from django.db import connection

    from courses.assignments.models import Assignment

    today = date.today()  # noqa: DTZ011 - any day will do
    long_ago = today - timedelta(days=400)
    one = Assignment.objects.create(
        title="all", audience={}, begins_on=long_ago, due_on=today, created_by=admin
    )
    day = "CAST(%s AS date)" if connection.vendor == "postgresql" else "%s"
    days = " UNION ALL ".join(f"SELECT {n} AS n, {day} AS day" for n in range(DUE_DAYS))
    excused = "(e.member_id + e.course_id) %% 20 = 0"
    cursor.execute(
        # Nothing in it comes from outside.
        "INSERT INTO courses_obligation (member_id, assignment_id, course_id, period, from_on,"  # noqa: S608
        " due_on, completed_at, waived_from, waived_reason, waived_by_id)"
        f" SELECT e.member_id, %s, e.course_id, '', {day}, d.day, e.completed_at,"
        f" CASE WHEN {excused} THEN {day} END, CASE WHEN {excused} THEN 'ill' ELSE '' END,"
        f" CASE WHEN {excused} THEN %s END FROM courses_enrolment e"
        f" JOIN ({days}) d ON d.n = (e.member_id * 3 + e.course_id) %% {DUE_DAYS}"
        " WHERE (e.member_id + e.course_id) %% %s = 0",
        [one.pk, long_ago, long_ago, admin.pk,
         *(today + timedelta(days=n - DUE_DAYS // 2) for n in range(DUE_DAYS)), every],
    )  # fmt: skip


def _units() -> list[int]:
    """Four levels; answers the lowest."""
    from members.units.models import Unit, UnitClosure

    above: dict[int, list[int]] = {1: [1]}
    level, number = [1], 1
    rows = [Unit(pk=1, kind="department", code="u1", name_zh="u1")]
    for fan in FAN:
        below = []
        for parent in level:
            for _ in range(fan):
                number += 1
                rows.append(
                    Unit(
                        pk=number, kind="department", code=f"u{number}", name_zh=f"u{number}",
                        parent_id=parent,
                    )
                )  # fmt: skip
                above[number] = [*above[parent], number]
                below.append(number)
        level = below
    Unit.objects.bulk_create(rows, batch_size=500)
    UnitClosure.objects.bulk_create(
        [
            UnitClosure(ancestor_id=top, descendant_id=one, depth=len(tops) - 1 - place)
            for one, tops in above.items()
            for place, top in enumerate(tops)
        ],
        batch_size=500,
    )
    return level


def _lag(root: Any) -> None:
    """A thousand complete the same course in one transaction; until the board says so."""
    from django.db import transaction
    from django.utils import timezone

    from courses.completion.models import Completion, Enrolment
    from courses.reports import queries
    from courses.reports.actions import completed

    rows = Enrolment.objects.filter(course__code="C-0", completed_at__isnull=True)
    open_ones = list(rows.select_related("member")[:1000])
    before, begun = queries.figures(root).completed, time.perf_counter()
    with transaction.atomic():
        Enrolment.objects.filter(pk__in=[one.pk for one in open_ones]).update(
            completed_at=timezone.now()
        )
        completed([Completion(member=one.member, course_id=one.course_id) for one in open_ones])
    written = time.perf_counter()
    grown = queries.figures(root).completed - before
    print(
        f"{len(open_ones)} completions: marked {(written - begun) * 1000:.0f} ms, folded and read "
        f"{(time.perf_counter() - written) * 1000:.0f} ms, counted {grown}",
        flush=True,
    )


def _export(client: Any, unit: str) -> None:
    def fetch() -> None:
        begun, rows = time.perf_counter(), -1
        for piece in client.get(f"/board/{unit}/export.csv").streaming_content:
            rows += piece.count(b"\r\n")
        print(f"CSV of {rows} rows: {time.perf_counter() - begun:.2f} s", end=", ")

    _in_a_child(fetch)


def _workbook(unit: str) -> None:
    """The job as the worker runs it."""
    from courses.reports import files
    from courses.reports.models import Export
    from members.accounts.models import Member
    from members.units.models import Unit

    def make() -> None:
        by = Member.objects.get(staff_no="ADMIN")
        made = files.ask(by, Unit.objects.get(code=unit), "zh-hans")
        begun = time.perf_counter()
        files.make_workbook.call(made.pk)
        took = time.perf_counter() - begun
        one = Export.objects.get(pk=made.pk)
        print(f"XLSX of {one.done} rows, {one.size} bytes: {took:.1f} s, {one.state}", end=", ")

    _in_a_child(make)


def _in_a_child(work: Callable[[], object]) -> None:
    """``work`` says what it did; by how much it raised the peak of memory is said behind it."""
    from django.db import connection

    connection.close()  # two processes cannot share it
    grown = machine.grown_by(work)
    print(f"{grown / 1024**2:.0f} MB more at most", flush=True)


def _get(client: Any, address: str) -> None:
    if client.get(address).status_code != 200:
        raise SystemExit(f"{address} is refused")


def _spread(name: str, work: Callable[[], object]) -> None:
    work()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{name}: p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms", flush=True)


def _timed(name: str, work: Callable[[], object]) -> None:
    begun = time.perf_counter()
    work()
    print(f"{name} {time.perf_counter() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    main()
