"""Making files ready, in the worker."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from courses.catalog.folders import folder_of
from courses.catalog.kinds import LessonKind, MaterialState
from courses.catalog.models import Material
from courses.completion.ranges import TICKS_PER_SECOND
from courses.uploads import documents, media
from courses.uploads.media import Made, Unplayable
from realtime.jobs import task

TELL = 1.0
"""Seconds between two notes of progress."""
STUCK = timedelta(minutes=10)
"""A file on which nobody has been working for so long is begun anew: its worker died."""

logger = logging.getLogger(__name__)


@task
def make_ready(material: int) -> None:
    """Look into a file and make what is served of it. Doing it again is harmless."""
    found = Material.objects.select_related("lesson").filter(pk=material).first()
    if found is None or found.state in (MaterialState.READY, MaterialState.FAILED):
        return
    folder = folder_of(found.folder)
    source = folder / "source"
    _tell(found, state=MaterialState.PROCESSING, progress=0)
    try:
        _check(found, source)
        media.clean(folder)
        made = _made(found, source, folder)
    except Unplayable as wrong:
        _fail(found, wrong.code)
    except OSError as wrong:
        if wrong.errno == errno.ENOSPC:
            _wait_for_room(found)
        else:
            _fail(found, "lost")
    else:
        pages = found.lesson.kind == LessonKind.DOCUMENT
        length = round(made.seconds) if pages else round(made.seconds * TICKS_PER_SECOND)
        _tell(
            found, state=MaterialState.READY, progress=100, file=made.file, length=max(1, length),
            width=made.width, height=made.height, ready_at=timezone.now(), error="",
        )  # fmt: skip
        source.unlink(missing_ok=True)
        logger.info("material ready", extra={"material": found.pk, "file": made.file})


def _tell(material: Material, **what: object) -> None:
    Material.objects.filter(pk=material.pk).update(**what)


def _wait_for_room(material: Material) -> None:
    """The disk is full: what was made goes, what was sent stays, and ``take_up`` tries again."""
    _tell(material, state=MaterialState.WAITING, progress=0, error="disk_full")
    media.clean(folder_of(material.folder))
    logger.warning("no room to make a material ready", extra={"material": material.pk})


def _fail(material: Material, code: str) -> None:
    _tell(material, state=MaterialState.FAILED, error=code)
    media.clean(folder_of(material.folder))
    (folder_of(material.folder) / "source").unlink(missing_ok=True)
    logger.warning("material failed", extra={"material": material.pk, "code": code})


def _check(material: Material, source: Path) -> None:
    """What arrived is what was sent."""
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if material.sha256 and material.sha256 != digest:
        raise Unplayable("checksum")
    _tell(material, sha256=digest, progress=5)


def _made(material: Material, source: Path, folder: Path) -> Made:
    kind = material.lesson.kind
    if kind == LessonKind.DOCUMENT:
        return _document(source, folder)
    return media.make(kind, source, folder, _progress_of(material, source))


def _progress_of(material: Material, source: Path) -> media.Progress:
    """Notes of progress, one a second at most."""
    told = time.monotonic()

    def progress(done: float) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL:
            told = time.monotonic()
            os.utime(source)  # somebody is working on it
            _tell(material, progress=5 + int(done * 94))

    return progress


def _document(source: Path, folder: Path) -> Made:
    """A PDF as it is; its pages are its length."""
    try:
        pages = documents.pages_of(source, settings.BASE_DIR)
    except documents.Unreadable as wrong:
        raise Unplayable(wrong.code) from wrong
    os.link(source, folder / "document.pdf")
    return Made("document.pdf", pages)


def take_up() -> int:
    """Begin anew what a worker left behind; answers how many were queued."""
    states = (MaterialState.WAITING, MaterialState.PROCESSING)
    before = time.time() - STUCK.total_seconds()
    queued = 0
    for one in Material.objects.filter(state__in=states).order_by("pk")[:200]:
        source = folder_of(one.folder) / "source"
        try:
            if source.stat().st_mtime > before:
                continue
            os.utime(source)  # once in a while is enough: it may wait for others
        except OSError:
            _fail(one, "lost")
            continue
        make_ready.enqueue(one.pk)
        queued += 1
    return queued
