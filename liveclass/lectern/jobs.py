"""Making slides ready, in the worker."""

from __future__ import annotations

import errno
import json
import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from courses.uploads import bounded
from liveclass.lectern import office, pages, store
from liveclass.lectern.kinds import OFFICE, ending
from liveclass.slides.models import Deck, DeckState
from realtime.jobs import task

STUCK = timedelta(minutes=5)
"""A file on which nobody has been working for so long is begun anew: its worker died."""

logger = logging.getLogger(__name__)


@task
def make_ready(deck: int) -> None:
    """Look into a file and make what is served of it. Doing it again is harmless."""
    found = Deck.objects.filter(pk=deck, state=DeckState.CHECKING).first()
    if found is None:
        return
    try:
        ends = _made(found)
    except pages.Unusable as wrong:
        _fail(found, wrong.code)
    except office.NotConverted:
        _fail(found, "not_converted")
    except OSError as wrong:
        _fail(found, "disk_full" if wrong.errno == errno.ENOSPC else "lost")
    else:
        _tell(found, state=DeckState.READY, pages=len(ends), ends=ends)
        (store.folder_of(found.folder) / "source").unlink(missing_ok=True)
        logger.info("slides ready", extra={"deck": found.pk, "pages": len(ends)})


def _made(deck: Deck) -> list[int]:
    folder = store.folder_of(deck.folder)
    source = folder / "source"
    if not source.is_file():
        raise pages.Unusable("lost")
    kind = ending(deck.name)
    if kind in OFFICE:
        office.to_pdf(source, kind, folder / "converted")
        source = folder / "converted"
    served = folder / store.SERVED
    served.unlink(missing_ok=True)
    ends = _looked_into(source, served)
    (folder / "converted").unlink(missing_ok=True)
    return ends


def _looked_into(source: Path, target: Path) -> list[int]:
    """Where ``target`` ends with each page of ``source``.

    Another process opens it: it may be anything.
    """
    bounds = [str(one) for one in (pages.MEMORY, pages.SECONDS, pages.SERVED)]
    work = [sys.executable, "-m", pages.__name__, str(source), str(target)]
    command = [sys.executable, "-m", bounded.__name__, *bounds, *work]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, cwd=settings.BASE_DIR, capture_output=True, timeout=2 * pages.SECONDS,
            check=False,
        )  # fmt: skip
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise pages.Unusable("too_heavy") from None
    if "error" in said:
        raise pages.Unusable(said["error"])
    return list(map(int, said["ends"]))


def _tell(deck: Deck, **what: object) -> None:
    Deck.objects.filter(pk=deck.pk).update(changed_at=timezone.now(), **what)


def _fail(deck: Deck, code: str) -> None:
    _tell(deck, state=DeckState.FAILED, error=code)
    store.forget(deck.folder)
    logger.warning("slides failed", extra={"deck": deck.pk, "code": code})


def take_up() -> int:
    """Begin anew what a worker left behind; answers how many were queued."""
    before = timezone.now() - STUCK
    left = Deck.objects.filter(state=DeckState.CHECKING, changed_at__lt=before)
    found = list(left.values_list("pk", flat=True)[:200])
    for one in found:
        Deck.objects.filter(pk=one).update(changed_at=timezone.now())
        make_ready.enqueue(one)
    return len(found)
