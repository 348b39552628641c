"""Slides for tests: rows that are ready, and PDF files as people send them."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfWriter

from liveclass.slides.models import Deck
from tests.liveclass.world import World


def make_deck(world: World, name: str = "slides.pdf", **fields: Any) -> int:
    """A deck of three pages that is ready; its id. There is no file behind it."""
    about = {"size": 1000, "offset": 1000, "state": "ready", "pages": 3, **fields}
    made = Deck.objects.create(
        room_id=world.host.room_id, name=name, by_id=world.host.member, **about
    )
    return int(made.pk)


def blank_pdf(pages: int, **how: Any) -> bytes:
    """A PDF of white pages, 16:9; ``password`` protects it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(960, 540)
    if password := how.get("password"):
        writer.encrypt(password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
