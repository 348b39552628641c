"""Slides for tests: rows that are ready."""

from __future__ import annotations

from typing import Any

from liveclass.slides.models import Deck
from tests.liveclass.world import World


def make_deck(world: World, name: str = "slides.pdf", **fields: Any) -> int:
    """A deck of three pages that is ready; its id. There is no file behind it."""
    about = {
        "size": 1000,
        "offset": 1000,
        "state": "ready",
        "pages": 3,
        "ends": [100, 200, 300],
        **fields,
    }
    made = Deck.objects.create(
        room_id=world.host.room_id, name=name, by_id=world.host.member, **about
    )
    return int(made.pk)
