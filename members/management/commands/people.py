"""``manage.py people``: people and units from spreadsheets, tried row by row before they count."""

from __future__ import annotations

import csv
import os
import secrets
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from members.accounts import imports as people
from members.accounts.models import Member
from members.units import imports as units
from members.units.sheets import NotASheet, Report, Row, read

FAULTS_SHOWN = 100
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
PASSWORD_SIGNS = 14
"""Of a first password: 69 bits, nothing that is read two ways or that a spreadsheet would run."""

HELP = {
    "import": "people: staff_no,name,name_latin,email,department,post / 人员：工号,姓名,拼音,邮箱,"
    "部门代码,岗位",
    "units": "units, those above first: code,kind,name_zh,name_en,parent / 部门和小组，上级在前："
    "代码,类别,中文名称,英文名称,上级代码",
    "file": "Excel (.xlsx), or CSV in UTF-8 or GB 18030, with a heading line "
    "/ 含表头的 Excel（.xlsx）或 UTF-8、GB 18030 编码的 CSV",
    "apply": "write; without it the file is only tried / 写入数据库；不加此项只做检查",
    "passwords": "new file for the first passwords of new people, readable for you only "
    "/ 把新人员的初始密码写入此新文件（仅本人可读）",
}


class Command(BaseCommand):
    """Tries every row, names each one that is refused, and writes all of them or none."""

    help = "Import people or units from Excel or CSV / 从 Excel 或 CSV 文件导入人员或部门、小组"

    def add_arguments(self, parser: CommandParser) -> None:
        """``import FILE`` and ``units FILE``, both with ``--apply``."""
        kinds = parser.add_subparsers(dest="what", required=True)
        for what in ("import", "units"):
            kind = kinds.add_parser(what, help=HELP[what], description=HELP[what])
            kind.add_argument("file", type=Path, help=HELP["file"])
            kind.add_argument("--apply", action="store_true", help=HELP["apply"])
            if what == "import":
                kind.add_argument("--passwords", type=Path, help=HELP["passwords"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, try, tell; exit with 1 when anything was refused."""
        with translation.override(settings.LANGUAGE_CODE):
            report = self._run(**options)
            self._tell(report, applied=options["apply"])

    def _run(
        self, what: str, file: Path, apply: bool, passwords: Path | None = None, **rest: Any
    ) -> Report:
        if what == "units":
            return units.import_units(_rows(file, units.COLUMNS, units.REQUIRED), apply=apply)
        rows = _rows(file, people.COLUMNS, people.REQUIRED)
        if passwords is None or not apply:
            return people.import_people(rows, apply=apply)
        return _with_passwords(rows, passwords)

    def _tell(self, report: Report, *, applied: bool) -> None:
        for fault in report.faults[:FAULTS_SHOWN]:
            line = _("line %(line)d: %(reason)s") % {"line": fault.line, "reason": fault.reason}
            self.stderr.write(line)
        counts = {
            "new": len(report.created),
            "changed": len(report.changed),
            "same": len(report.unchanged),
        }
        self.stdout.write(_("%(new)d new, %(changed)d changed, %(same)d as they were") % counts)
        if report.faults:
            raise CommandError(_("%(n)d faults: nothing was written.") % {"n": len(report.faults)})
        self.stdout.write(
            _("Written.") if applied else _("Nothing was written yet: run again with --apply.")
        )


def _rows(file: Path, columns: dict[str, str], required: tuple[str, ...]) -> list[tuple[int, Row]]:
    try:
        return read(file.read_bytes(), columns, required)
    except (OSError, NotASheet) as wrong:
        raise CommandError(str(wrong)) from wrong


def _with_passwords(rows: list[tuple[int, Row]], path: Path) -> Report:
    """Import with a random password for each new person, kept in a file of the caller's only."""
    given: list[tuple[str, str]] = []

    def password_for(member: Member) -> str:
        password = "".join(secrets.choice(SIGNS) for _ in range(PASSWORD_SIGNS))
        given.append((member.staff_no, password))
        return password

    with _new_file(path) as file:
        report = people.import_people(rows, apply=True, password_for=password_for)
        if not report.faults:
            csv.writer(file).writerows([("staff_no", "password"), *given])
    if report.faults:
        path.unlink()
    return report


def _new_file(path: Path) -> TextIO:
    """Made before anything is written to the database: passwords nobody has are of no use."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as wrong:
        raise CommandError(str(wrong)) from wrong
    return os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
