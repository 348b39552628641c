"""Taking a file in: begin, add bytes, give up; and what follows when it is whole."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from courses.catalog.actions import content_changed
from courses.catalog.folders import folder_of
from courses.catalog.kinds import CourseState
from courses.catalog.models import MAX_FILE, Caption, Lesson, Material
from courses.uploads import store
from courses.uploads.captions import checked
from courses.uploads.jobs import make_ready
from courses.uploads.kinds import takes
from courses.uploads.models import Upload
from courses.uploads.queries import left_behind
from members.accounts.models import Member

MOST = 10
"""Files that one person may have on their way."""
KEPT = timedelta(days=7)
"""A file of which nothing came for so long is given up."""
STEP = 256 * 1024

Code = Literal[
    "wrong_kind", "empty", "too_large", "too_many", "disk_full", "offset", "busy", "checksum",
    "too_much", "locked",
]  # fmt: skip


class UploadRefused(Exception):
    """Not taken; ``code`` is stable, nothing was half written."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


@transaction.atomic
def begin(owner: Member, lesson: Lesson, name: str, size: int, sha256: str = "") -> Upload:
    """A file of ``size`` bytes will come.

    Raises:
        UploadRefused: ``locked``, ``wrong_kind``, ``empty``, ``too_large``, ``too_many`` or
            ``disk_full``.
    """
    if lesson.section.course.state in (CourseState.REVIEW, CourseState.ARCHIVED):
        raise UploadRefused("locked")
    if not takes(lesson.kind, name):
        raise UploadRefused("wrong_kind")
    if size < 1:
        raise UploadRefused("empty")
    if size > MAX_FILE:
        raise UploadRefused("too_large")
    if Upload.objects.filter(owner=owner).count() >= MOST:
        raise UploadRefused("too_many")
    if not store.has_room(size):
        raise UploadRefused("disk_full")
    return Upload.objects.create(
        owner=owner, lesson=lesson, name=name[-255:], size=size, sha256=sha256
    )


def add(upload: Upload, offset: int, parts: Iterable[bytes], sha256: str = "") -> Upload:
    """Write ``parts`` behind the bytes that are here; they are on disk when this returns.

    ``sha256``: what these bytes come to, if the sender said so (tus checksum).

    Raises:
        UploadRefused: ``offset`` (another part came before), ``busy``, ``too_much``, ``checksum``
            or ``disk_full``; then nothing of this part is kept.
    """
    try:
        with store.opened(store.arriving(upload.pk)) as file:
            # Read behind the lock: the one who had it before may have moved on.
            here = Upload.objects.filter(pk=upload.pk).values_list("offset", flat=True).first()
            if here != offset:
                raise UploadRefused("offset")
            file.start(offset)
            taken = _write(file, offset, upload.size, parts, sha256)
            _taken(upload, taken)
    except store.Busy:
        raise UploadRefused("busy") from None
    except store.DiskFull:
        raise UploadRefused("disk_full") from None
    return upload


def _write(
    file: store.Arriving, offset: int, size: int, parts: Iterable[bytes], sha256: str
) -> int:
    digest = hashlib.sha256()
    for part in parts:
        offset += len(part)
        if offset > size:
            raise UploadRefused("too_much")
        digest.update(part)
        file.write(part)
    if sha256 and digest.hexdigest() != sha256:
        raise UploadRefused("checksum")
    file.keep()
    return offset


@transaction.atomic
def _taken(upload: Upload, offset: int) -> None:
    """Remember the bytes, and that the file is whole, both or neither."""
    upload.offset, upload.changed_at = offset, timezone.now()
    upload.save(update_fields=["offset", "changed_at"])
    if offset == upload.size:
        _whole(upload)


def _whole(upload: Upload) -> Material:
    """The file becomes the next version of its lesson, and waits to be made ready."""
    lesson = Lesson.objects.select_for_update().get(pk=upload.lesson_id)
    newest = lesson.materials.aggregate(newest=Max("version"))["newest"] or 0
    material = Material.objects.create(
        lesson=lesson, version=newest + 1, name=upload.name, size=upload.size,
        sha256=upload.sha256, uploaded_by_id=upload.owner_id,
    )  # fmt: skip
    folder = folder_of(material.folder)
    folder.mkdir(parents=True)
    # Linked, not moved: if this transaction fails, the upload is as it was.
    os.link(store.arriving(upload.pk), folder / "source")
    Upload.objects.filter(pk=upload.pk).delete()
    _forget(upload)
    content_changed(lesson.section.course, upload.owner)
    make_ready.enqueue_after_commit(material.pk)
    return material


def _forget(upload: Upload) -> None:
    transaction.on_commit(lambda: store.arriving(upload.pk).unlink(missing_ok=True))


@transaction.atomic
def give_up(upload: Upload) -> None:
    """The file will not come; what is here of it is removed."""
    Upload.objects.filter(pk=upload.pk).delete()
    _forget(upload)


def sweep() -> int:
    """Give up what nobody has sent anything of for ``KEPT``; answers how many."""
    old = list(Upload.objects.filter(changed_at__lt=timezone.now() - KEPT)[:500])
    for one in old:
        give_up(one)
    known = {str(key) for key in Upload.objects.values_list("pk", flat=True)}
    before = timezone.now() - KEPT
    return len(old) + store.remove_strangers(known, before.timestamp())


@transaction.atomic
def write_captions(material: Material, language: str, text: str) -> Caption:
    """Captions of ``material`` in one language; new ones take the place of the old.

    Raises:
        ValueError: it is no WebVTT.
    """
    caption, _made = Caption.objects.update_or_create(
        material=material, language=language, defaults={"text": checked(text)}
    )
    return caption


def remove_captions(material: Material, language: str) -> bool:
    """Take the captions of ``material`` in one language away; whether there were any."""
    return bool(Caption.objects.filter(material=material, language=language).delete()[0])


@transaction.atomic
def carry_captions(material: Material) -> int:
    """Copy captions of earlier versions in languages that ``material`` has none in, of each the
    newest; answers how many. Whether the new file still fits them, its author says by asking."""
    fresh = [
        Caption(material=material, language=one.language, text=one.text)
        for one in left_behind(material)
    ]
    Caption.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def drop_failed(material: Material) -> None:
    """A file that could not be made ready is removed with its folder."""
    shutil.rmtree(folder_of(material.folder), ignore_errors=True)
    material.delete()
