"""The import of people from a workbook: a file with faults, tried, written, and written again.

    python -m benchmarks.intake [--people 20000] [--postgres]

The workbook is made here: names that are easily damaged, each hundredth row of the first file is of
no use. It goes the way of an upload: the product's own actions and jobs. Each step is done in a
process of its own, which tells by how much it raised its peak of memory.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook

from benchmarks import machine

NAMES = ("䶮", "阿依古丽·买买提", "欧阳娜娜", "李𠮷", "O’Connor Zoë", "=1+1")
HEADINGS = ("工号", "姓名", "邮箱", "部门代码")
UNITS = 200
FAULTY = 100
"""Each row of this many has no unit that exists."""


def main() -> None:
    """Prints one line per figure; SystemExit when something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    print(machine.described(), flush=True)
    with tempfile.TemporaryDirectory(prefix="liveclass-intake-") as folder:
        stop = _prepare(folder, options.postgres)
        try:
            _measure(options.people)
        finally:
            stop()
    print(machine.described(), flush=True)


def _prepare(folder: str, postgres: bool) -> Callable[[], object]:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "liveclass.settings", "DATA_DIR": folder,
        "SECRET_KEY": "benchmark-only-" + "0123456789abcdef" * 4, "ALLOWED_HOSTS": "testserver",
    }  # fmt: skip
    server = None
    if postgres:
        from tests import services

        server, url = services.start_postgres()
        os.environ["DATABASE_URL"] = url
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return server.stop if server else lambda: None


def _measure(people: int) -> None:
    from members.accounts.models import Member
    from members.units.models import Unit

    Unit.objects.bulk_create(
        Unit(kind="department", code=f"D{n}", name_zh=f"d{n}") for n in range(UNITS)
    )
    admin = Member.objects.create(staff_no="ADMIN", name="admin", is_platform_admin=True)
    bad, good = _workbook(people, faulty=True), _workbook(people, faulty=False)
    print(f"{people} people, {len(good)} bytes", flush=True)
    _step("tried, with faults", lambda: _try(admin, bad, people // FAULTY))
    _require(Member.objects.count() == 1, "a trial wrote something")
    _step("tried", lambda: _try(admin, good, 0))
    _step("written", lambda: _write(people, created=people))
    _require(Member.objects.count() == people + 1, "people are missing")
    found = dict(Member.objects.exclude(pk=admin.pk).values_list("staff_no", "name"))
    _require(
        all(found[f"B{n:06}"] == NAMES[n % len(NAMES)] for n in range(people)),
        "a name is not what the file says, byte by byte",
    )
    _step("tried again", lambda: _try(admin, good, 0))
    _step("written again, nothing changed", lambda: _write(people, created=0))


def _workbook(people: int, *, faulty: bool) -> bytes:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("people")
    sheet.append(HEADINGS)
    for n in range(people):
        unit = "NOWHERE" if faulty and n % FAULTY == 0 else f"D{n % UNITS}"
        sheet.append([f"B{n:06}", _text(sheet, NAMES[n % len(NAMES)]), f"b{n}@example.org", unit])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet: Any, value: str) -> Any:
    """A cell that is no formula, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _try(admin: Any, data: bytes, faults: int) -> None:
    from members.intake import actions
    from members.intake.models import Intake

    Intake.objects.filter(by=admin).delete()
    one = actions.take_in(admin, "people.xlsx", data, "zh-hans", passwords=False)
    actions.check.call(one.pk)
    one.refresh_from_db()
    _require(one.fault_count == faults, f"{one.fault_count} faults told, {faults} made")


def _write(people: int, *, created: int) -> None:
    from members.intake import actions
    from members.intake.models import Intake

    one = Intake.objects.get()
    actions.confirm(one, one.digest)
    actions.write.call(one.pk)
    one.refresh_from_db()
    _require(one.state == "done", f"it ended as {one.state}: {one.said}")
    _require(one.created == created, f"{one.created} created instead of {created} of {people}")


def _step(name: str, work: Callable[[], object]) -> None:
    from django.db import connection

    connection.close()  # two processes cannot share it
    begun = time.perf_counter()
    grown = machine.grown_by(work)
    took = time.perf_counter() - begun
    print(f"{name}: {took:.1f} s, {grown / 1024**2:.0f} MB more at most", flush=True)


def _require(holds: bool, words: str) -> None:
    if not holds:
        raise SystemExit(words)


if __name__ == "__main__":
    main()
