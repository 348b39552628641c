"""People from Excel workbooks: names byte for byte, every fault with its row, nothing trusted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from members.accounts.imports import COLUMNS, REQUIRED, import_people
from members.accounts.models import Member
from members.units.sheets import NotASheet, read

HEAD = ["工号", "姓名", "邮箱"]
RARE = ["䶮", "阿依古丽·买买提", "𠮷野"]


def book(*rows: Sequence[object]) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (HEAD, *rows):
        sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def people() -> bytes:
    return book(*([1000 + number, name, None] for number, name in enumerate(RARE)))


@pytest.mark.django_db
def test_names_are_kept_byte_for_byte_and_a_second_import_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(people())
    out = io.StringIO()
    call_command("people", "import", str(file), stdout=out)
    assert not Member.objects.exists()
    for _ in range(2):
        call_command("people", "import", str(file), "--apply", stdout=out)
    assert list(Member.objects.values_list("staff_no", "name")) == [
        ("1000", RARE[0]), ("1001", RARE[1]), ("1002", RARE[2]),
    ]  # fmt: skip
    again = import_people(read(people(), COLUMNS, REQUIRED), apply=True)
    assert (again.created, again.changed, len(again.unchanged)) == ([], [], 3)


@pytest.mark.django_db
def test_every_fault_is_told_with_the_row_of_the_sheet(tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(book(
        ["1", "甲", "a@works.example"], ["2", "", None], [None, None, None],
        ["3", "丙", "A@works.example"], ["4", "丁", "no address"], ["1", "戊", None],
    ))  # fmt: skip
    err = io.StringIO()
    with pytest.raises(CommandError):
        call_command("people", "import", str(file), "--apply", stderr=err)
    told = err.getvalue()
    assert [f"{row}" in told for row in (3, 5, 6, 7)] == [True] * 4
    assert not Member.objects.exists()


def _zipped(content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        _zipped(b"0" * (97 * 1024 * 1024)),
        _zipped(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
        _zipped(b"<x/>"),
        b"PK\x03\x04 and no more",
        book(),
    ],
    ids=["bomb", "entities", "no workbook", "broken", "no rows"],
)
def test_what_is_no_list_of_people_is_refused(data: bytes) -> None:
    with pytest.raises(NotASheet):
        read(data, COLUMNS, REQUIRED)


def test_a_formula_is_not_run(tmp_path: Path) -> None:
    """Without a value kept by the program that wrote it, it is an empty cell."""
    rows = read(book(["=1+1", "甲", None]), COLUMNS, REQUIRED)
    assert rows[0][1]["staff_no"] == ""
