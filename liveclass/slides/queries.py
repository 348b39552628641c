"""Slides as a room shows them."""

from __future__ import annotations

from uuid import UUID

from liveclass.slides.models import Deck, DeckState, Stroke
from realtime.protocol.state import SlidesState, StrokeState


def stroke_state(stroke: Stroke) -> StrokeState:
    """A stroke for the wire."""
    return StrokeState(
        id=stroke.pk,
        tool=stroke.tool,  # type: ignore[arg-type]  # CHECK stroke_tool_known
        colour=stroke.colour,
        points=stroke.points,
    )


def strokes_on(deck: int, page: int) -> list[StrokeState]:
    """What is drawn on one page, oldest first."""
    return [stroke_state(one) for one in Stroke.objects.filter(deck=deck, page=page)]


def slides_state(deck: Deck) -> SlidesState:
    """A deck for the wire, with what is drawn on the page that is shown."""
    return SlidesState(
        deck=deck.pk,
        folder=str(deck.folder),
        name=deck.name,
        pages=deck.pages,
        page=deck.page,
        reached=deck.reached,
        downloads=deck.downloads,
        strokes=strokes_on(deck.pk, deck.page),
    )


def showing(room_id: int) -> SlidesState | None:
    """What is on the stage of the room; None without slides."""
    deck = Deck.objects.filter(room=room_id, on_stage=True).first()
    return None if deck is None else slides_state(deck)


def page_on_stage(room_id: int) -> tuple[int, int] | None:
    """Deck and page that are shown now; None without slides."""
    return Deck.objects.filter(room=room_id, on_stage=True).values_list("pk", "page").first()


def decks(room_id: int) -> list[Deck]:
    """Every file of the room, oldest first; those that came to nothing too."""
    return list(Deck.objects.filter(room=room_id))


def find_deck(room_id: int, folder: UUID) -> Deck | None:
    """The file in this folder that can be shown."""
    return Deck.objects.filter(room=room_id, folder=folder, state=DeckState.READY).first()
