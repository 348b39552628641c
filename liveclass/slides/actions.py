"""Showing slides: put them on the stage, turn pages, draw, and say who may look ahead."""

from __future__ import annotations

from datetime import datetime

from liveclass.rooms.actions import append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.models import Phase, Room
from liveclass.slides import queries
from liveclass.slides.limits import STROKES_PER_DECK, STROKES_PER_PAGE
from liveclass.slides.models import Deck, DeckState, Stroke
from realtime.protocol.commands import STROKE_EDGE
from realtime.protocol.events import (
    SlidesDrawn,
    SlidesErased,
    SlidesHidden,
    SlidesPermitted,
    SlidesShown,
    SlidesTurned,
)
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import StrokeTool


@command
def show(room: Room, actor: Actor, command_id: str, deck: int) -> int:
    """Put a deck on the stage, at the page where it was left; another one leaves it.

    Raises:
        Refusal: ``staff_only``; ``class_ended``; ``slides_unknown`` for a file that is not here or
            not ready.
    """
    _require_presenter(room, actor)
    found = Deck.objects.filter(room=room, pk=deck, state=DeckState.READY).first()
    if found is None:
        raise Refusal("slides_unknown")
    if found.on_stage:
        return 0
    Deck.objects.filter(room=room, on_stage=True).update(on_stage=False)
    found.on_stage, found.reached = True, _reached(room, found, found.page)
    found.save(update_fields=["on_stage", "reached", "changed_at"])
    state = queries.slides_state(found)
    return append_event(room, actor, command_id, lambda seq: SlidesShown(seq=seq, slides=state))


@command
def hide(room: Room, actor: Actor, command_id: str) -> int:
    """Take the slides off the stage. None there is no mistake."""
    _require_presenter(room, actor)
    if not Deck.objects.filter(room=room, on_stage=True).update(on_stage=False):
        return 0
    return append_event(room, actor, command_id, lambda seq: SlidesHidden(seq=seq))


@command
def turn(room: Room, actor: Actor, command_id: str, deck: int, page: int) -> int:
    """Show another page to everybody. The one that is shown already is no mistake.

    Raises:
        Refusal: ``staff_only``; ``class_ended``; ``slides_off`` when this deck is not on the stage
            any more; ``slides_page`` when it has no such page.
    """
    found = _on_stage(room, actor, deck, page)
    if found.page == page:
        return 0
    found.page, found.reached = page, _reached(room, found, page)
    found.save(update_fields=["page", "reached", "changed_at"])
    reached, strokes = found.reached, queries.strokes_on(found.pk, page)
    return append_event(
        room,
        actor,
        command_id,
        lambda seq: SlidesTurned(seq=seq, page=page, reached=reached, strokes=strokes),
    )


@command
def permit(room: Room, actor: Actor, command_id: str, deck: int, downloads: bool) -> int:
    """Let members see all pages and take the file with them, or only what was shown."""
    found = _on_stage(room, actor, deck)
    if found.downloads == downloads:
        return 0
    found.downloads = downloads
    found.save(update_fields=["downloads", "changed_at"])
    return append_event(
        room, actor, command_id, lambda seq: SlidesPermitted(seq=seq, downloads=downloads)
    )


def begin_with_class(room: Room, actor: Actor, now: datetime) -> None:
    """What the lecturer has put on the stage before is shown from now on."""
    found = Deck.objects.filter(room=room, on_stage=True).first()
    if found is None:
        return
    found.reached = _reached(room, found, found.page)
    found.save(update_fields=["reached", "changed_at"])
    state = queries.slides_state(found)
    append_event(room, actor, None, lambda seq: SlidesShown(seq=seq, slides=state))


def _reached(room: Room, deck: Deck, page: int) -> int:
    """How far members may look: who leafs through her slides before the class shows nothing."""
    return max(deck.reached, page) if room.state == Phase.LIVE else deck.reached


# ---- the pen


@command
def draw(
    room: Room,
    actor: Actor,
    command_id: str,
    deck: int,
    page: int,
    tool: StrokeTool,
    colour: int,
    points: list[int],
) -> int:
    """Draw a line on the page that is shown.

    Raises:
        Refusal: as ``turn``; ``slides_page`` when another page is shown meanwhile; ``malformed``
            for points beside the page; ``slides_full``.
    """
    found = _on_stage(room, actor, deck, page)
    if found.page != page:
        raise Refusal("slides_page")
    if len(points) % 2 or not all(0 <= one <= STROKE_EDGE for one in points):
        raise Refusal("malformed")
    mine = Stroke.objects.filter(deck=found)
    full = mine.count() >= STROKES_PER_DECK
    if full or mine.filter(page=page).count() >= STROKES_PER_PAGE:
        raise Refusal("slides_full")
    made = Stroke.objects.create(deck=found, page=page, tool=tool, colour=colour, points=points)
    state = queries.stroke_state(made)
    return append_event(room, actor, command_id, lambda seq: SlidesDrawn(seq=seq, stroke=state))


@command
def undo(room: Room, actor: Actor, command_id: str, deck: int, page: int) -> int:
    """Take back the newest line of the page that is shown. None there is no mistake."""
    found = _on_stage(room, actor, deck, page)
    newest = Stroke.objects.filter(deck=found, page=page).order_by("-pk").values_list("pk")[:1]
    return _erase(room, actor, command_id, found, page, [pk for (pk,) in newest])


@command
def clear(room: Room, actor: Actor, command_id: str, deck: int, page: int) -> int:
    """Wipe the page that is shown. A clean one is no mistake."""
    found = _on_stage(room, actor, deck, page)
    drawn = Stroke.objects.filter(deck=found, page=page).values_list("pk", flat=True)
    return _erase(room, actor, command_id, found, page, list(drawn))


def _erase(
    room: Room, actor: Actor, command_id: str, deck: Deck, page: int, strokes: list[int]
) -> int:
    if deck.page != page:
        raise Refusal("slides_page")
    if not strokes:
        return 0
    Stroke.objects.filter(pk__in=strokes).delete()
    return append_event(room, actor, command_id, lambda seq: SlidesErased(seq=seq, strokes=strokes))


def _require_presenter(room: Room, actor: Actor) -> None:
    """Who may share a screen may show slides: the lecturer and her assistants."""
    require_staff(actor)
    require_not_ended(room)


def _on_stage(room: Room, actor: Actor, deck: int, page: int = 1) -> Deck:
    """The deck that is shown, if it is this one and has this page."""
    _require_presenter(room, actor)
    found = Deck.objects.filter(room=room, pk=deck, on_stage=True).first()
    if found is None:
        raise Refusal("slides_off")
    if not 1 <= page <= found.pages:
        raise Refusal("slides_page")
    return found
