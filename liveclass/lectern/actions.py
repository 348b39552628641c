"""Taking slides in: begin, add bytes, give up; and what follows when the file is whole."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.utils import timezone

from courses.uploads import store as bytes_store
from liveclass.lectern import office, store
from liveclass.lectern.jobs import make_ready
from liveclass.lectern.kinds import OFFICE, ending
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.log import lock_room
from liveclass.slides.limits import DECKS_PER_ROOM, MAX_BYTES
from liveclass.slides.models import Deck, DeckState

KEPT = timedelta(days=1)
"""A file of which nothing came for so long is given up."""

Code = Literal[
    "wrong_kind", "no_office", "empty", "too_large", "too_many", "disk_full", "offset", "busy",
    "too_much", "shown",
]  # fmt: skip


class SlidesRefused(Exception):
    """Not taken; ``code`` is stable, nothing was half written."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


@transaction.atomic
def begin(actor: Actor, name: str, size: int) -> Deck:
    """A file of ``size`` bytes will come.

    Raises:
        Refusal: ``staff_only`` or ``class_ended``.
        SlidesRefused: ``wrong_kind``, ``no_office``, ``empty``, ``too_large``, ``too_many`` or
            ``disk_full``.
    """
    require_staff(actor)
    room = lock_room(actor.room_id)
    require_not_ended(room)
    kind = ending(name)
    if kind != "pdf" and kind not in OFFICE:
        raise SlidesRefused("wrong_kind")
    if kind in OFFICE and office.program() is None:
        raise SlidesRefused("no_office")
    if size < 1:
        raise SlidesRefused("empty")
    if size > MAX_BYTES:
        raise SlidesRefused("too_large")
    if Deck.objects.filter(room=room).count() >= DECKS_PER_ROOM:
        raise SlidesRefused("too_many")
    if not bytes_store.has_room(size):
        raise SlidesRefused("disk_full")
    return Deck.objects.create(room=room, name=name[-255:], size=size, by_id=actor.member)


def add(deck: Deck, offset: int, data: bytes) -> Deck:
    """Write ``data`` behind the bytes that are here; they are on disk when this returns.

    Raises:
        SlidesRefused: ``offset`` (another part came before), ``busy``, ``too_much`` or
            ``disk_full``; then nothing of this part is kept.
    """
    try:
        with bytes_store.opened(bytes_store.arriving(deck.folder)) as file:
            # Read behind the lock: the one who had it before may have moved on.
            arriving = Deck.objects.filter(pk=deck.pk, state=DeckState.ARRIVING)
            if arriving.values_list("offset", flat=True).first() != offset:
                raise SlidesRefused("offset")
            if offset + len(data) > deck.size:
                raise SlidesRefused("too_much")
            file.start(offset)
            file.write(data)
            file.keep()
            _taken(deck, offset + len(data))
    except bytes_store.Busy:
        raise SlidesRefused("busy") from None
    except bytes_store.DiskFull:
        raise SlidesRefused("disk_full") from None
    return deck


@transaction.atomic
def _taken(deck: Deck, offset: int) -> None:
    """Remember the bytes, and that the file is whole, both or neither."""
    deck.offset, deck.changed_at = offset, timezone.now()
    if offset == deck.size:
        deck.state = DeckState.CHECKING
        folder = store.folder_of(deck.folder)
        folder.mkdir(parents=True, exist_ok=True)
        # Linked, not moved: if this transaction fails, the upload is as it was.
        (folder / "source").unlink(missing_ok=True)
        os.link(bytes_store.arriving(deck.folder), folder / "source")
        _forget_arriving(deck)
        make_ready.enqueue_after_commit(deck.pk)
    deck.save(update_fields=["offset", "state", "changed_at"])


def _forget_arriving(deck: Deck) -> None:
    arriving = bytes_store.arriving(deck.folder)
    transaction.on_commit(lambda: arriving.unlink(missing_ok=True))


@transaction.atomic
def drop(deck: Deck) -> None:
    """Remove a file that nobody was shown.

    Raises:
        SlidesRefused: ``shown``: the replay needs it.
    """
    found = Deck.objects.select_for_update().get(pk=deck.pk)
    if found.reached or found.on_stage:
        raise SlidesRefused("shown")
    found.delete()
    _forget_arriving(deck)
    transaction.on_commit(lambda: store.forget(deck.folder))


def sweep() -> int:
    """Drop files that never arrived; answers how many."""
    before = timezone.now() - KEPT
    old = Deck.objects.filter(state=DeckState.ARRIVING, changed_at__lt=before)
    found = list(old[:500])
    for one in found:
        drop(one)
    return len(found)
