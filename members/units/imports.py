"""Departments and groups from a CSV file: every row is tried, and all of them count or none."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from members.units.actions import create_unit, rename_unit
from members.units.models import Unit, UnitKind
from members.units.sheets import Report, Row

COLUMNS = {
    "code": "code", "代码": "code",
    "kind": "kind", "类别": "kind",
    "name_zh": "name_zh", "中文名称": "name_zh",
    "name_en": "name_en", "英文名称": "name_en",
    "parent": "parent", "上级代码": "parent",
}  # fmt: skip
"""Headings a file may have, English or Chinese, and the fields they fill."""
REQUIRED = ("code", "kind", "name_zh")
KINDS = {
    "department": UnitKind.DEPARTMENT,
    "部门": UnitKind.DEPARTMENT,
    "group": UnitKind.GROUP,
    "小组": UnitKind.GROUP,
}


def import_units(rows: Iterable[tuple[int, Row]], *, apply: bool) -> Report:
    """Make the units of ``rows`` (line, cells), those above before those below.

    A unit that is there already gets its names; its place in the tree is not changed by a file.
    Nothing is written when a row is refused, or without ``apply``.
    """
    report, lines = Report(), dict[str, int]()
    with transaction.atomic():
        units = {one.code: one for one in Unit.objects.all()}
        for order, (line, row) in enumerate(rows):
            reasons = _of_the_file(row, units, lines)
            lines.setdefault(row["code"], line)
            if reasons:
                report.refuse(line, reasons)
                continue
            _write(line, row, order, units, report)
        if report.faults or not apply:
            transaction.set_rollback(True)
    return report


def _of_the_file(row: Row, units: dict[str, Unit], lines: dict[str, int]) -> list[str]:
    reasons, parent, found = [], row.get("parent", ""), units.get(row["code"])
    if "" in row:
        reasons.append(_("There are more cells than headings."))
    if earlier := lines.get(row["code"]):
        reasons.append(_("This code is in line %(line)d already.") % {"line": earlier})
    if row["kind"].lower() not in KINDS:
        reasons.append(_("The kind is “department” or “group”."))
    elif found is not None and found.kind != KINDS[row["kind"].lower()]:
        reasons.append(_("This code is that of a unit of the other kind."))
    if parent and parent not in units:
        reasons.append(_("No unit above this line has the code “%(code)s”.") % {"code": parent})
    return reasons


def _write(line: int, row: Row, order: int, units: dict[str, Unit], report: Report) -> None:
    code, names = row["code"], {one: row[one] for one in ("name_zh", "name_en") if one in row}
    found = units.get(code)
    try:
        if found is None:
            kind, above = KINDS[row["kind"].lower()], units.get(row.get("parent", ""))
            units[code] = create_unit(kind, code, parent=above, order=order, **names)
            report.created.append(code)
        elif any(getattr(found, name) != value for name, value in names.items()):
            rename_unit(found, **names)
            report.changed.append(code)
        else:
            report.unchanged.append(code)
    except ValidationError as wrong:
        report.refuse(line, wrong.messages)
