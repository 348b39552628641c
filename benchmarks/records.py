"""Many records at once: who reaches a requirement, closing a period; one record, its PDF, a ZIP.

python -m benchmarks.records [--members 3000] [--entries 40] [--postgres]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from benchmarks import machine

ROUNDS = 20
PAPERS = 500


def main() -> None:
    """Prints one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=3000)
    parser.add_argument("--entries", type=int, default=40, help="of each member in the year")
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liveclass-records-") as folder:
        stop = _prepare(folder, asked.postgres)
        try:
            _measure(asked.members, asked.entries)
        finally:
            stop()
    print(machine.described(), flush=True)


def _prepare(folder: str, postgres: bool) -> Callable[[], None]:
    def nothing() -> None:
        """Nothing runs."""

    stop = nothing
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "liveclass.settings", "DATA_DIR": folder,
        "SECRET_KEY": "benchmark-only-" + "0123456789abcdef" * 4, "ALLOWED_HOSTS": "testserver",
    }  # fmt: skip
    if postgres:
        from tests import services

        server, os.environ["DATABASE_URL"] = services.start_postgres()
        stop = server.stop
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return stop


def _measure(members: int, entries: int) -> None:
    from django.test import Client

    from courses.credits.closing.actions import close_period
    from courses.credits.requirements.actions import write_requirement
    from courses.credits.requirements.queries import preview
    from members.accounts.models import Member

    year = datetime.now(UTC).year - 1
    admin = Member.objects.create(staff_no="ADMIN", name="admin", is_platform_admin=True)
    _fill(members, entries, year)
    rule = {"day_cap": 800, "caps": [{"modes": ["self"], "percent": 50}]}
    one = write_requirement(
        admin, "H-01", title="hours", source="benchmark", standing="own", layer="national",
        threshold=3200, valid_from=date(year - 5, 1, 1), rule=rule,
    )  # fmt: skip
    _timed(f"preview of {members} people", lambda: preview(one, [], date(year, 9, 1)))
    _timed(f"period of {members} people closed", lambda: close_period(admin, one, f"{year}"))
    client = Client()
    client.force_login(Member.objects.get(staff_no="B1"))
    for name, address in (("record, page", "/record/"), ("record, PDF", "/papers/record/")):
        _timed(f"{name}, each", lambda where=address: _get(client, where, year), ROUNDS)
    client.force_login(admin)
    _timed(f"ZIP of {PAPERS} certificates", lambda: _archive(client))


def _fill(members: int, entries: int, year: int) -> None:
    from courses.credits.actions import Earned, record_many
    from courses.credits.certificates.actions import Wanted, issue_many
    from members.accounts.models import Member

    Member.objects.bulk_create(
        (Member(staff_no=f"B{n}", name=f"m{n}") for n in range(members)), batch_size=500
    )
    people = list(Member.objects.filter(staff_no__startswith="B"))
    first = datetime(year, 3, 1, tzinfo=UTC)
    for n in range(entries):
        at = first + timedelta(days=4 * n)
        record_many(Earned(one, "course", f"c{n}", "t", 45, "safety", "self", at) for one in people)
    issue_many(Wanted(one, "course", "c1", "title", 100) for one in people[:PAPERS])


def _get(client: object, address: str, year: int) -> None:
    if client.get(f"{address}?year={year}").status_code != 200:  # type: ignore[attr-defined]
        raise SystemExit(f"{address} is refused")


def _archive(client: object) -> None:
    sent = client.get("/certificates/unit.zip").streaming_content  # type: ignore[attr-defined]
    if sum(map(len, sent)) < PAPERS * 1000:
        raise SystemExit("the archive is too small to hold them")


def _timed(name: str, work: Callable[[], object], rounds: int = 1) -> None:
    if rounds > 1:
        work()
    begun = time.perf_counter()
    for _ in range(rounds):
        work()
    print(f"{name}: {(time.perf_counter() - begun) / rounds * 1000:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
