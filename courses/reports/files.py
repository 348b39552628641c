"""Workbooks that the worker makes: asked for, made with progress, taken by their owner, dropped."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.credits.queries import today
from courses.reports import export, queries, scope
from courses.reports.hours import export as required
from courses.reports.hours import queries as hours
from courses.reports.hours.asat import Then
from courses.reports.hours.summary import summary, summary_then
from courses.reports.models import Export, ExportState
from courses.reports.workbook import Sheets
from members.accounts.models import Member
from members.units.models import Unit
from realtime.jobs import task

KEPT = timedelta(hours=24)
"""How long a file can be taken."""
STUCK = timedelta(minutes=10)
"""A file nobody has written to for so long has failed: its worker died."""
KEEP_MOST = 5
"""Files of one person; an older one makes room."""
TELL = 0.5
"""Seconds between two notes of progress."""
RESERVE = 512 * 1024**2
"""Bytes of the disk that no export may take: rooms and records go on."""

logger = logging.getLogger(__name__)


def ask(
    owner: Member, unit: Unit, language: str, year: int | None = None, as_at: date | None = None
) -> Export:
    """Have a workbook of ``unit`` made, of courses or of the hours of ``year`` (as it stood at the
    end of ``as_at``); while one is being made, that one.

    Raises:
        PermissionDenied: ``owner`` may not see the unit.
    """
    if not scope.visible_units(owner).filter(pk=unit.pk).exists():
        raise PermissionDenied
    now = timezone.now()
    try:
        with transaction.atomic():
            made = Export.objects.create(
                owner=owner, unit=unit, language=language, year=year, as_at=as_at, asked_at=now,
                touched_at=now, expires_at=now + KEPT, total=_rows(unit, year),
            )  # fmt: skip
            make_workbook.enqueue_after_commit(made.pk)
    except IntegrityError:
        return Export.objects.get(owner=owner, state__in=_AT_WORK)
    _drop(Export.objects.filter(pk__in=[one.pk for one in _finished(owner)[KEEP_MOST - 1 :]]))
    return made


def _rows(unit: Unit, year: int | None) -> int:
    if year is None:
        return queries.figures(unit).taking
    return hours.figures(unit, hours.columns_of(year, today())).taking


_AT_WORK = (ExportState.WAITING, ExportState.WORKING)


def _finished(owner: Member) -> QuerySet[Export]:
    return Export.objects.filter(owner=owner).exclude(state__in=_AT_WORK)


def of(owner: Member) -> QuerySet[Export]:
    """The files of ``owner`` that are not over, of units she may still see; the newest first."""
    rows = Export.objects.filter(owner=owner, expires_at__gt=timezone.now())
    return rows.filter(unit__in=scope.visible_units(owner).order_by().values("pk"))


def path_of(one: Export) -> Path:
    """Where its bytes lie."""
    folder: Path = settings.DATA_DIR / "exports"
    return folder / f"{one.pk}.xlsx"


@task
def make_workbook(export_id: int) -> None:
    """Write a workbook. Doing it again begins anew; one that was dropped meanwhile is left."""
    rows = Export.objects.filter(pk=export_id, state__in=_AT_WORK)
    one = rows.select_related("owner", "unit").first()
    if one is None:
        return
    path = path_of(one)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(one, part)
        os.replace(part, path)
    except (OSError, PermissionDenied) as wrong:
        part.unlink(missing_ok=True)
        rows.update(state=ExportState.FAILED)
        logger.warning("export failed", extra={"export": one.pk, "why": type(wrong).__name__})
        return
    taken = rows.update(
        state=ExportState.READY, size=path.stat().st_size, touched_at=timezone.now()
    )
    if not taken:
        path.unlink(missing_ok=True)


def _write(one: Export, part: Path) -> None:
    if not scope.visible_units(one.owner).filter(pk=one.unit_id).exists():
        raise PermissionDenied
    book = Sheets()
    with translation.override(one.language):
        pieces = _begin(book, one) if one.year is None else _begin_hours(book, one, one.year)
    done, told = 0, time.monotonic()
    for rows in pieces:
        book.add(rows)
        done += len(rows)
        if time.monotonic() - told >= TELL:
            _room()
            told = time.monotonic()
            _tell(one, done)
    _tell(one, done)
    book.save(part)


def _begin(book: Sheets, one: Export) -> Iterator[list[list[str]]]:
    units, courses = queries.summary(one.unit, one.language)
    book.begin(_("Units"), [_("Unit"), *export.figure_head()])
    book.add([name, *export.figure_cells(cell)] for name, cell in units)
    book.begin(_("Courses"), [_("Course code"), _("Course"), *export.figure_head()])
    book.add([of.code, of.title, *export.figure_cells(cell)] for of, cell in courses)
    book.begin(_("People"), export.head())
    return export.row_pieces(one.owner, one.unit, one.language)


def _begin_hours(book: Sheets, one: Export, year: int) -> Iterator[list[list[str]]]:
    then = Then(one.unit, one.as_at) if one.as_at else None
    found = summary_then(then, one.language) if then else summary(one.unit, year, one.language)
    units, columns = found
    head = required.figure_head()
    book.begin(_("Units"), [_("Unit"), *head])
    book.add([name, *required.figure_cells(cell)] for name, cell in units)
    book.begin(_("Requirements"), [_("Requirement"), _("Title"), _("Period"), *head])
    book.add(
        [*required.titles_of(of, one.language), *required.figure_cells(cell)]
        for of, cell in columns
    )
    book.begin(_("People"), required.head())
    shown = [of for of, _cell in columns]
    rows = then.rows() if then else hours.exported(one.unit, shown)
    return required.row_pieces(one.owner, rows, shown, one.language)


def _room() -> None:
    if shutil.disk_usage(settings.DATA_DIR).free < RESERVE:
        raise OSError(errno.ENOSPC, "the disk is full")


def _tell(one: Export, done: int) -> None:
    """How far it is; people who came meanwhile make the total grow."""
    Export.objects.filter(pk=one.pk, state__in=_AT_WORK).update(
        state=ExportState.WORKING, done=done, total=max(one.total, done), touched_at=timezone.now()
    )


def sweep() -> int:
    """Drop what is over, and call failed what nobody works on; answers how many were dropped."""
    now = timezone.now()
    stuck = Export.objects.filter(state__in=_AT_WORK, touched_at__lt=now - STUCK)
    stuck.update(state=ExportState.FAILED)
    return _drop(Export.objects.filter(expires_at__lte=now))


def _drop(rows: QuerySet[Export]) -> int:
    gone = list(rows)
    Export.objects.filter(pk__in=[one.pk for one in gone]).delete()
    for one in gone:
        path_of(one).unlink(missing_ok=True)
        path_of(one).with_suffix(".part").unlink(missing_ok=True)
    return len(gone)
