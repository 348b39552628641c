"""The rule editor's form against the tree: there and back, and what it leaves alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from courses.authoring.order import moved, parse
from courses.authoring.terms import CHOICES, PERMILLE, Term, Terms, leaf_of, read_back, tree
from courses.completion.rules import All, AtLeast, Finished, Some, Watched, checked, judge


@st.composite
def said(draw: st.DrawFn) -> Terms:
    keys = draw(st.lists(st.integers(1, 50), unique=True, min_size=1, max_size=8))
    terms = tuple(
        Term(
            key, draw(st.sampled_from(sorted(PERMILLE))),
            draw(st.sampled_from(["must", *CHOICES, ""])), draw(st.integers(1, 100)),
            draw(st.sampled_from(["live", "replay", "together"])),
        )
        for key in keys
    )  # fmt: skip
    counts = [sum(one.part == name for one in terms) for name in CHOICES]
    numbers = tuple(draw(st.integers(1, max(1, count))) for count in counts)
    before = tuple(draw(st.lists(st.integers(1, 9), unique=True, max_size=3)))
    return Terms(terms, numbers, before)


@given(said())
def test_what_was_said_is_read_back(form: Terms) -> None:
    rule = checked(tree(form))
    shape = read_back(rule)
    assert shape is not None
    assert shape.before == form.before
    assert {key: leaf for key, (_part, leaf) in shape.found.items()} == {
        one.lesson: leaf_of(one) for one in form.terms if one.part
    }
    # an empty choice leaves no trace: those behind it move up
    wanted = [(number, {one.lesson for one in terms}) for number, terms in form.choices if terms]
    got = [
        (number, {key for key, (part, _leaf) in shape.found.items() if part == name})
        for name, number in zip(CHOICES, shape.numbers, strict=True)
    ]
    assert [one for one in got if one[1]] == wanted


@given(said(), st.sets(st.integers(1, 50)), st.sets(st.integers(1, 9)))
def test_the_tree_means_what_the_form_says(form: Terms, done: set[int], finished: set[int]) -> None:
    judged = judge(
        tree(form),
        lambda leaf: (
            1000 * (leaf.course in finished if isinstance(leaf, Finished) else leaf.lesson in done)
        ),
    )
    must = all(one.lesson in done for one in form.terms if one.part == "must")
    enough = all(
        not terms or sum(one.lesson in done for one in terms) >= number
        for number, terms in form.choices
    )
    assert judged.met == (must and enough and set(form.before) <= finished)


def test_other_shapes_are_not_forced_into_the_form() -> None:
    one, two = Watched(lesson=1), Watched(lesson=2)
    assert read_back(Some((one,))) is None
    assert read_back(All((All((one,)),))) is None
    assert read_back(All((one, one))) is None
    more = tuple(Some((Watched(lesson=key),)) for key in range(3, 6))
    assert read_back(All((*more, AtLeast(number=1, of=(two,))))) is None


def test_one_step_goes_to_the_neighbour_and_over_the_edge_of_a_section() -> None:
    order = [(1, [5, 6]), (2, [7])]
    assert moved(order, "lesson-6-up") == [(1, [6, 5]), (2, [7])]
    assert moved(order, "lesson-6-down") == [(1, [5]), (2, [6, 7])]
    assert moved(order, "lesson-7-up") == [(1, [5, 6, 7]), (2, [])]
    assert moved(order, "lesson-5-up") == moved(order, "lesson-7-down") == order
    assert moved(order, "section-2-up") == [(2, [7]), (1, [5, 6])]
    assert moved(order, "section-2-down") == order
    for nonsense in ("", "lesson-9-up", "section-9-up", "lesson-5-left", "x-5-up", "lesson--up"):
        assert moved(order, nonsense) is None


def test_an_order_is_numbers_and_nothing_else() -> None:
    assert parse("1:5,6;2:") == [(1, [5, 6]), (2, [])]
    for nonsense in ("1", "a:1", "1:b", "1:-2", ";", "1:" + "5," * 5000, "9" * 30 + ":1"):
        assert parse(nonsense) is None
