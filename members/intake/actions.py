"""Takes a file of people in, has the worker check it, and write it once somebody has said so.

The worker writes in pieces, so that a class which is running waits for none of them; people are
known by their staff number, so a piece that is written twice changes nothing. The bytes lie in
``DATA_DIR/imports``, for a day, readable by the server only.
"""

from __future__ import annotations

import csv
import hashlib
import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from members.accounts import imports as people
from members.accounts.models import Member
from members.intake.models import AT_WORK, Intake, IntakeState
from members.units.sheets import MOST_BYTES, NotASheet, Report, Row, read
from realtime.jobs import every, task

PIECE = 250
"""Rows written in one transaction: half a second on a small machine."""
FAULTS_KEPT = 1_000
KEPT = timedelta(hours=24)
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
PASSWORD_SIGNS = 14
"""Of a first password: 69 bits, nothing that is read two ways or that a spreadsheet would run."""

logger = logging.getLogger(__name__)


class IntakeRefused(Exception):
    """A stable code and a sentence in the reader's language."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code, self.sentence = code, sentence


def take_in(by: Member, name: str, data: bytes, language: str, *, passwords: bool) -> Intake:
    """Keep a file and have it checked.

    Raises:
        IntakeRefused: ``empty``, ``too_large``; ``at_work``: another one of hers is not finished.
    """
    if not data:
        raise IntakeRefused("empty", _("The file is empty."))
    if len(data) > MOST_BYTES:
        raise IntakeRefused("too_large", _("The file is larger than 8 MiB."))
    now = timezone.now()
    try:
        with transaction.atomic():
            one = Intake.objects.create(
                by=by, name=name[:200], digest=hashlib.sha256(data).hexdigest(),
                language=language, passwords=passwords, state=IntakeState.CHECKING,
                asked_at=now, touched_at=now,
            )  # fmt: skip
            _keep(sheet_of(one), data)
            check.enqueue_after_commit(one.pk)
    except IntegrityError:
        raise IntakeRefused(
            "at_work", _("Another file of yours is not finished. Please wait for it.")
        ) from None
    return one


def confirm(one: Intake, digest: str) -> None:
    """Have exactly the file written that was checked.

    Raises:
        IntakeRefused: ``not_ready``: it is not checked, is written already, or is another file.
    """
    with transaction.atomic():
        found = Intake.objects.filter(pk=one.pk, state=IntakeState.READY, digest=digest)
        if not found.update(state=IntakeState.WRITING, touched_at=timezone.now(), done=0):
            raise IntakeRefused(
                "not_ready", _("This file is not waiting to be written. Please check it again.")
            )
        write.enqueue_after_commit(one.pk)


def drop(one: Intake) -> None:
    """Forget a file that is not being worked on, and the passwords that came of it."""
    if Intake.objects.filter(pk=one.pk).exclude(state__in=AT_WORK).delete()[0]:
        for path in (sheet_of(one), passwords_of(one)):
            path.unlink(missing_ok=True)


def sheet_of(one: Intake) -> Path:
    """Where its bytes lie."""
    return _folder() / f"{one.pk}.sheet"


def passwords_of(one: Intake) -> Path:
    """Where the first passwords of new people lie, until they are fetched."""
    return _folder() / f"{one.pk}.passwords.csv"


def fetch_passwords(one: Intake) -> bytes | None:
    """The first passwords (CSV, UTF-8 with a mark), once: they are gone afterwards."""
    path = passwords_of(one)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    path.unlink()
    return data


@task
def check(key: int) -> None:
    """Try every row; nothing is written."""
    one = _at(key, IntakeState.CHECKING)
    if one is None:
        return
    with translation.override(one.language):
        try:
            rows = _rows(one)
            report = people.import_people(rows, apply=False)
        except (NotASheet, OSError) as wrong:
            _end(one, IntakeState.REFUSED, said=_sentence(wrong))
            return
    _end(one, IntakeState.REFUSED if report.faults else IntakeState.READY, report, len(rows))


@task
def write(key: int) -> None:
    """Write all rows, a piece at a time; a piece that is refused ends it, those before it stay."""
    one = _at(key, IntakeState.WRITING)
    if one is None:
        return
    total = Report()
    given: dict[str, str] = {}
    with translation.override(one.language):
        try:
            rows = _rows(one)
            for start in range(0, len(rows), PIECE):
                piece = rows[start : start + PIECE]
                with transaction.atomic():
                    report = people.import_people(
                        piece, apply=True, password_for=_passwords(one, given)
                    )
                    _keep_passwords(one, given)
                _add(total, report)
                if report.faults:
                    _end(one, IntakeState.REFUSED, total, len(rows))
                    return
                _tell(one, start + len(piece))
        except (NotASheet, OSError) as wrong:
            logger.warning("import of people failed", extra={"intake": one.pk})
            _end(one, IntakeState.FAILED, total, said=_sentence(wrong))
            return
    _end(one, IntakeState.DONE, total, len(rows))


@every(minutes=60)
def forget() -> None:
    """Files older than a day go, and those whose worker died."""
    for one in Intake.objects.filter(touched_at__lt=timezone.now() - KEPT):
        Intake.objects.filter(pk=one.pk, state__in=AT_WORK).update(state=IntakeState.FAILED)
        drop(one)


def _at(key: int, state: IntakeState) -> Intake | None:
    return Intake.objects.filter(pk=key, state=state).first()


def _rows(one: Intake) -> list[tuple[int, Row]]:
    data = sheet_of(one).read_bytes()
    if hashlib.sha256(data).hexdigest() != one.digest:
        raise NotASheet(_("This file is not the one that was checked."))
    return read(data, people.COLUMNS, people.REQUIRED)


def _passwords(one: Intake, given: dict[str, str]) -> people.PasswordFor:
    def password_for(member: Member) -> str | None:
        if not one.passwords:
            return None
        password = "".join(secrets.choice(SIGNS) for _ in range(PASSWORD_SIGNS))
        given[member.staff_no] = password
        return password

    return password_for


def _keep_passwords(one: Intake, given: dict[str, str]) -> None:
    """Before the commit: a password nobody knows is of no use, one of nobody does no harm."""
    if not given:
        return
    path = passwords_of(one)
    known = path.exists()
    with open(path, "a", encoding="utf-8", newline="", opener=_private) as file:
        if not known:
            file.write("\ufeff")
            csv.writer(file).writerow(["staff_no", "password"])
        csv.writer(file).writerows(given.items())
        file.flush()
        os.fsync(file.fileno())
    given.clear()


def _add(total: Report, report: Report) -> None:
    total.created += report.created
    total.changed += report.changed
    total.unchanged += report.unchanged
    total.faults += report.faults


def _tell(one: Intake, done: int) -> None:
    Intake.objects.filter(pk=one.pk).update(done=done, touched_at=timezone.now())


def _end(
    one: Intake, state: IntakeState, report: Report | None = None, total: int = 0, said: str = ""
) -> None:
    found = report or Report()
    Intake.objects.filter(pk=one.pk).update(
        state=state, said=said[:400], total=total, touched_at=timezone.now(),
        done=total if state == IntakeState.DONE else one.done,
        created=len(found.created), changed=len(found.changed), unchanged=len(found.unchanged),
        fault_count=len(found.faults),
        faults=[[one.line, one.reason] for one in found.faults[:FAULTS_KEPT]],
    )  # fmt: skip


def _sentence(wrong: Exception) -> str:
    return str(wrong) if isinstance(wrong, NotASheet) else _("The file could not be read again.")


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "imports"
    return folder


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path, "wb", opener=_private) as file:
        file.write(data)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
