"""Writing banks and questions, one by one or from a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.catalog.queries import may_author
from courses.quizzes import rights
from courses.quizzes.bank.rows import Row
from courses.quizzes.items import Item, checked, decode, encode, kind_of
from courses.quizzes.models import Bank, Edition, Question, SheetUpload
from members.accounts.models import Member

MAX_BANKS = 200
"""Banks of one author."""
MAX_QUESTIONS = 5000
"""Questions of one bank."""
KEPT = timedelta(days=1)
"""How long a sheet waits for a yes."""


class TooMany(ValueError):
    """The bank, or the author, has as many as there may be."""


class Changed(ValueError):
    """Somebody else has changed it meanwhile; nothing was written."""


class CodeTaken(ValueError):
    """Another question of the bank has this code."""


@dataclass(frozen=True)
class Wording:
    """What an author writes of a question."""

    code: str
    text: str
    topic: str
    points: int
    item: Item


@dataclass(frozen=True)
class Taken:
    """What became of the rows of a sheet."""

    new: int
    changed: int
    same: int


def write_bank(by: Member, title: str, shared: bool, bank: Bank | None = None) -> Bank:
    """Make a bank, or give it another title.

    Raises:
        PermissionDenied: ``by`` may not.
        TooMany: ``MAX_BANKS`` are there.
    """
    if bank is None:
        if not may_author(by):
            raise PermissionDenied
        if Bank.objects.filter(owner=by).count() >= MAX_BANKS:
            raise TooMany
        return Bank.objects.create(owner=by, title=title, shared=shared)
    _check(by, bank)
    bank.title, bank.shared = title, shared
    bank.save(update_fields=["title", "shared"])
    return bank


def _check(by: Member, bank: Bank) -> None:
    if not rights.may_write(by, bank):
        raise PermissionDenied


@transaction.atomic
def write_question(
    by: Member, bank: Bank, said: Wording, question: Question | None = None, version: int = 0
) -> Question:
    """Write a new question, or change one; what it was is kept for papers that asked it.

    Args:
        version: of the question when the author began to change it.

    Raises:
        PermissionDenied, TooMany, CodeTaken.
        Changed: ``question`` has another version by now.
        BadItem: it cannot be answered.
    """
    _check(by, bank)
    checked(said.item)
    if question is None:
        if Question.objects.filter(bank=bank).count() >= MAX_QUESTIONS:
            raise TooMany
        code = said.code or _next_code(bank)
        _check_code(bank, code, None)
        return _new(by, bank, said, code)
    found = Question.objects.select_for_update().get(pk=question.pk, bank=bank)
    if found.version != version:
        raise Changed
    _check_code(bank, said.code, found)
    _change(found, said)
    found.save()
    return found


def _check_code(bank: Bank, code: str, own: Question | None) -> None:
    others = Question.objects.filter(bank=bank, code=code)
    if others.exclude(pk=own.pk if own else 0).exists():
        raise CodeTaken(code)


def _next_code(bank: Bank) -> str:
    number = Question.objects.filter(bank=bank).count() + 1
    while Question.objects.filter(bank=bank, code=f"Q{number:03}").exists():
        number += 1
    return f"Q{number:03}"


def _new(by: Member, bank: Bank, said: Wording, code: str) -> Question:
    return Question.objects.create(
        bank=bank,
        author=by,
        code=code,
        kind=kind_of(said.item),
        text=said.text,
        topic=said.topic,
        points=said.points,
        content=encode(said.item),
    )


def _change(found: Question, said: Wording) -> bool:
    """Put ``said`` into the row; answers whether anything is different. Not saved yet."""
    content = encode(said.item)
    asked = (said.text, said.points, content)
    if asked != (found.text, found.points, found.content):
        Edition.objects.create(
            question=found,
            version=found.version,
            text=found.text,
            points=found.points,
            content=found.content,
        )
        found.text, found.points, found.content = asked
        found.kind, found.version = kind_of(said.item), found.version + 1
    elif (said.code or found.code, said.topic) == (found.code, found.topic):
        return False
    found.code, found.topic = said.code or found.code, said.topic
    return True


def retire(by: Member, question: Question, retired: bool) -> None:
    """Draw it no more, or again. Papers that asked it stay.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    _check(by, question.bank)
    Question.objects.filter(pk=question.pk).update(retired=retired)


@transaction.atomic
def keep_sheet(
    by: Member, bank: Bank, name: str, rows: Sequence[Row], now: datetime | None = None
) -> SheetUpload:
    """Keep what was read until its author says yes; an earlier sheet of hers gives way.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    _check(by, bank)
    when = now or timezone.now()
    SheetUpload.objects.filter(created_at__lt=when - KEPT).delete()
    SheetUpload.objects.filter(bank=bank, author=by).delete()
    return SheetUpload.objects.create(
        bank=bank,
        author=by,
        name=name[:255],
        rows=msgspec.json.encode(rows).decode(),
        created_at=when,
    )


@transaction.atomic
def take_sheet(by: Member, upload: SheetUpload) -> Taken:
    """Write the questions of a sheet: new codes are new questions, known ones are changed, and
    what says the same stays. Taking it again changes nothing.

    Raises:
        PermissionDenied, TooMany: nothing was written.
    """
    bank = Bank.objects.select_for_update().get(pk=upload.bank_id)
    _check(by, bank)
    rows = stored_rows(upload)
    known = {one.code: one for one in Question.objects.filter(bank=bank).select_for_update()}
    fresh = [row for row in rows if row.code not in known]
    if len(known) + len(fresh) > MAX_QUESTIONS:
        raise TooMany
    changed = 0
    for row in rows:
        found = known.get(row.code)
        if found is not None and _change(found, wording_of(row)):
            found.save()
            changed += 1
    Question.objects.bulk_create(
        [Question(bank=bank, author=by, **_fields(row)) for row in fresh], batch_size=200
    )
    upload.delete()
    return Taken(len(fresh), changed, len(rows) - len(fresh) - changed)


def stored_rows(upload: SheetUpload) -> list[Row]:
    """The rows that wait."""
    return msgspec.json.decode(upload.rows, type=list[Row])


def wording_of(row: Row) -> Wording:
    """A row as an author would have written it."""
    return Wording(row.code, row.text, row.topic, row.points, decode(row.content))


def _fields(row: Row) -> dict[str, object]:
    return {
        "code": row.code,
        "kind": row.kind,
        "text": row.text,
        "topic": row.topic,
        "points": row.points,
        "content": row.content,
    }
