"""People from a CSV file: every row is tried, and all of them count or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from members.accounts.actions import register, update_person
from members.accounts.models import Member, normal_staff_no
from members.units.models import Unit, UnitKind
from members.units.sheets import Report, Row

COLUMNS = {
    "staff_no": "staff_no", "工号": "staff_no",
    "name": "name", "姓名": "name",
    "name_latin": "name_latin", "拼音": "name_latin",
    "email": "email", "邮箱": "email",
    "department": "department", "部门代码": "department",
    "post": "post", "岗位": "post",
}  # fmt: skip
"""Headings a file may have, English or Chinese, and the fields they fill."""
REQUIRED = ("staff_no", "name")

ASKED = 400
"""People asked for by one statement."""

PasswordFor = Callable[[Member], str | None]


def no_password(member: Member) -> None:
    """New people cannot sign in until a password is set."""


def import_people(
    rows: Iterable[tuple[int, Row]], *, apply: bool, password_for: PasswordFor = no_password
) -> Report:
    """Make the people of ``rows`` (line, cells), or bring them up to date by staff number.

    An empty cell empties the field; a column that is not there leaves it. Nothing is written when
    a row is refused, or without ``apply``. ``password_for`` is asked for each new person.
    """
    report, lines = Report(), dict[str, int]()
    with transaction.atomic():
        listed = list(rows)
        book = _Known([row for _line, row in listed])
        for line, row in listed:
            _try(line, row, book, lines, report, password_for if apply else None)
        if report.faults or not apply:
            transaction.set_rollback(True)
    return report


class _Known:
    """Of whom and what there is, what ``rows`` are about: read once, so that a row costs a
    statement and not ten."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.units = {one.code: one for one in Unit.objects.filter(kind=UnitKind.DEPARTMENT)}
        self.people: dict[str, Member] = {}
        for numbers in _pieces({normal_staff_no(row["staff_no"]) for row in rows}):
            self.people |= Member.objects.order_by().in_bulk(numbers, field_name="staff_no")
        self.owners: dict[str, str] = {}
        having = Member.objects.order_by().annotate(lower=Lower("email"))
        for addresses in _pieces({row.get("email", "").lower() for row in rows} - {""}):
            found = having.filter(lower__in=addresses)
            self.owners.update(found.values_list("lower", "staff_no"))

    def is_anothers(self, member: Member) -> bool:
        """Whether somebody else has the address of ``member``."""
        owner = self.owners.get((member.email or "").lower())
        return owner is not None and owner != member.staff_no

    def remember(self, member: Member, before: str | None) -> None:
        """``member`` is written; her address ``before`` is free."""
        self.owners.pop((before or "").lower(), None)
        if member.email:
            self.owners[member.email.lower()] = member.staff_no


def _pieces(found: Iterable[str]) -> Iterator[list[str]]:
    """``ASKED`` at a time."""
    rest = sorted(found)
    for start in range(0, len(rest), ASKED):
        yield rest[start : start + ASKED]


def _try(
    line: int,
    row: Row,
    known: _Known,
    lines: dict[str, int],
    report: Report,
    password_for: PasswordFor | None,
) -> None:
    number = normal_staff_no(row["staff_no"])
    reasons = _of_the_file(row, known.units)
    if earlier := lines.get(number):
        reasons.append(_("This staff number is in line %(line)d already.") % {"line": earlier})
    lines.setdefault(number, line)
    if reasons:
        report.refuse(line, reasons)
        return
    found = known.people.get(number)
    member = found or Member(staff_no=number)
    address = member.email
    changed = _fill(member, row, known.units)
    if reasons := _faults(member, known):
        report.refuse(line, reasons)
        return
    _save(member, found is None, changed, report, password_for)
    known.remember(member, address)


def _faults(member: Member, known: _Known) -> list[str]:
    """What is wrong with a person as she would be written; asks the database nothing."""
    reasons = []
    try:
        member.clean_fields(exclude=["password", "department"])
        member.clean()
    except ValidationError as wrong:
        reasons += _reasons(wrong)
    if known.is_anothers(member):
        reasons.append(_("Somebody else has this e-mail address."))
    return reasons


def _save(
    member: Member, new: bool, changed: bool, report: Report, password_for: PasswordFor | None
) -> None:
    """Without ``password_for`` it is only noted: a trial must not hold the one writer of SQLite."""
    if password_for is None:
        pass
    elif new:
        register(member, password_for(member))
    elif changed:
        update_person(member)
    kind = report.created if new else report.changed if changed else report.unchanged
    kind.append(member.staff_no)


def _of_the_file(row: Row, units: dict[str, Unit]) -> list[str]:
    """What is wrong with a row whoever it is about."""
    reasons = []
    if "" in row:
        reasons.append(_("There are more cells than headings."))
    code = row.get("department", "")
    if code and code not in units:
        reasons.append(_("There is no department with the code “%(code)s”.") % {"code": code})
    return reasons


def _fill(member: Member, row: Row, units: dict[str, Unit]) -> bool:
    """Set the cells in ``member``; whether that changed anything."""
    texts = ("name", "name_latin", "post")
    wanted: dict[str, object] = {one: row[one] for one in texts if one in row}
    if "email" in row:
        wanted["email"] = Member.objects.normalize_email(row["email"]) or None
    if "department" in row:
        unit = units.get(row["department"])
        wanted["department_id"] = unit.pk if unit else None
    changed = any(getattr(member, name) != value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(member, name, value)
    return changed


def _reasons(wrong: ValidationError) -> list[str]:
    """One sentence per fault, with the name of the field it is about."""
    if not hasattr(wrong, "error_dict"):
        return list(wrong.messages)
    told = []
    for name, messages in wrong.message_dict.items():
        told += [f"{_label(name)}{message}" for message in messages]
    return told


def _label(name: str) -> str:
    """What people call the field ``name``; nothing for a fault of several fields together."""
    field = None if name == NON_FIELD_ERRORS else Member._meta.get_field(name)
    return f"{getattr(field, 'verbose_name', name)}: " if field else ""
