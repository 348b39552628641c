"""Slides on the stage: shown, turned, drawn on; by the staff only, and never without a bound."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from liveclass.rooms import actions as rooms
from liveclass.slides import actions, queries
from liveclass.slides.models import Deck, Stroke
from realtime.protocol.events import SlidesDrawn, SlidesErased, SlidesShown, SlidesTurned
from tests.liveclass.decks import make_deck
from tests.liveclass.world import World, new_id, refused

ACTS: list[tuple[Any, list[Any]]] = [
    (actions.show, []),
    (actions.turn, [2]),
    (actions.permit, [True]),
    (actions.draw, [1, "pen", 0, [1, 1]]),
    (actions.undo, [1]),
    (actions.clear, [1]),
]


def shown(world: World, **fields: Any) -> int:
    """Slides on the stage."""
    deck = make_deck(world, **fields)
    world.do(actions.show, world.host, deck)
    world.heard.clear()
    return deck


@pytest.mark.parametrize(("act", "args"), ACTS)
def test_members_only_look(world: World, act: Any, args: list[Any]) -> None:
    deck = shown(world)
    assert refused(world, act, world.ann, deck, *args) == "staff_only"
    assert refused(world, actions.hide, world.ann) == "staff_only"


@pytest.mark.parametrize(("act", "args"), ACTS[1:])
def test_only_what_is_on_the_stage_is_turned_and_drawn_on(
    world: World, act: Any, args: list[Any]
) -> None:
    assert refused(world, act, world.host, make_deck(world), *args) == "slides_off"


def test_slides_are_shown_once_and_go_on_where_they_were(world: World) -> None:
    first, second = make_deck(world, "a.pdf"), make_deck(world, "b.pdf")
    command = new_id()
    seq = world.run(actions.show, world.host, command, first)
    assert world.run(actions.show, world.host, command, first) == seq
    assert world.do(actions.show, world.host, first) == 0
    world.do(actions.turn, world.assistant, first, 3)
    world.do(actions.show, world.host, second)
    world.do(actions.show, world.host, first)
    assert [one.slides.page for one in world.events(SlidesShown)] == [1, 1, 3]
    state = queries.showing(world.host.room_id)
    assert state is not None
    assert (state.deck, state.page, state.reached) == (first, 3, 0)


@pytest.mark.parametrize("state", ["arriving", "checking", "failed"])
def test_what_is_not_ready_is_not_shown(world: World, state: str) -> None:
    pages = {"state": state, "pages": 0}
    assert refused(world, actions.show, world.host, make_deck(world, **pages)) == "slides_unknown"


def test_pages_that_are_not_there(world: World) -> None:
    deck = shown(world)
    for page in (0, -1, 4, 2**53):
        assert refused(world, actions.turn, world.host, deck, page) == "slides_page"
    assert world.do(actions.turn, world.host, deck, 1) == 0


def test_how_far_was_shown_only_grows(world: World) -> None:
    world.start()
    deck = shown(world)
    for page in (3, 2):
        world.do(actions.turn, world.host, deck, page)
    assert [one.reached for one in world.events(SlidesTurned)] == [3, 3]


def test_who_leafs_through_before_the_class_shows_nothing(world: World) -> None:
    deck = shown(world)
    for page in (3, 2):
        world.do(actions.turn, world.host, deck, page)
    assert [one.reached for one in world.events(SlidesTurned)] == [0, 0]
    world.heard.clear()
    world.do(rooms.start_class, world.host)
    [event] = world.events(SlidesShown)
    assert (event.slides.page, event.slides.reached) == (2, 2)


def test_lines_travel_with_their_page(world: World) -> None:
    deck = shown(world)
    world.do(actions.draw, world.host, deck, 1, "pen", 2, [1, 2, 3, 4])
    world.do(actions.turn, world.host, deck, 2)
    world.do(actions.turn, world.host, deck, 1)
    left, back = world.events(SlidesTurned)
    assert left.strokes == []
    assert [one.points for one in back.strokes] == [[1, 2, 3, 4]]
    assert [one.stroke.colour for one in world.events(SlidesDrawn)] == [2]


def test_nobody_draws_on_a_page_that_has_gone(world: World) -> None:
    deck = shown(world)
    world.do(actions.turn, world.host, deck, 2)
    for act, args in ACTS[3:]:
        assert refused(world, act, world.host, deck, *args) == "slides_page"


@pytest.mark.parametrize("points", [[1], [1, 2, 3], [-1, 0], [0, 10001]])
def test_points_beside_the_page(world: World, points: list[int]) -> None:
    deck = shown(world)
    assert refused(world, actions.draw, world.host, deck, 1, "pen", 0, points) == "malformed"


def test_undo_takes_the_newest_and_clear_the_rest(world: World) -> None:
    deck = shown(world)
    for _ in range(3):
        world.do(actions.draw, world.host, deck, 1, "pen", 0, [1, 1])
    drawn = [one.stroke.id for one in world.events(SlidesDrawn)]
    world.do(actions.undo, world.host, deck, 1)
    world.do(actions.clear, world.host, deck, 1)
    gone = [sorted(one.strokes) for one in world.events(SlidesErased)]
    assert gone == [[drawn[2]], drawn[:2]]
    assert world.do(actions.undo, world.host, deck, 1) == 0
    assert world.do(actions.clear, world.host, deck, 1) == 0


@pytest.mark.parametrize("bound", ["STROKES_PER_PAGE", "STROKES_PER_DECK"])
def test_lines_have_a_bound(world: World, bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, bound, 1)
    deck = shown(world)
    world.do(actions.draw, world.host, deck, 1, "pen", 0, [1, 1])
    assert refused(world, actions.draw, world.host, deck, 1, "pen", 0, [1, 1]) == "slides_full"


def test_after_the_end_nothing_moves(world: World) -> None:
    deck = shown(world)
    world.start()
    world.end()
    assert refused(world, actions.turn, world.host, deck, 2) == "class_ended"
    assert queries.showing(world.host.room_id) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"on_stage": True},  # a second one in the room
        {"pages": 0},
        {"pages": 201},
        {"page": 0},
        {"page": 4},
        {"reached": 4},
        {"offset": 1001},
        {"size": 0},
        {"error": "broken"},
    ],
)
def test_the_database_holds_the_rules(world: World, wrong: dict[str, Any]) -> None:
    shown(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_deck(world, **wrong)
    deck = Deck.objects.get()
    for bad in ({"tool": "brush"}, {"colour": 4}, {"page": 0}):
        line = {"deck": deck, "page": 1, "tool": "pen", "colour": 0, "points": [], **bad}
        with pytest.raises(IntegrityError), transaction.atomic():
            Stroke.objects.create(**line)
