"""What an answer earns: every kind of question, to the hundredth of a point."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest

from courses.quizzes import wording
from courses.quizzes.grading import grade, points, share
from courses.quizzes.items import (
    BadItem,
    Multiple,
    Numeric,
    Ordering,
    PartialRule,
    ShortText,
    Single,
    TrueFalse,
    checked,
    decode,
    encode,
    kind_of,
)

FOUR = ("甲", "乙", "丙", "丁")
SHOWN = (3, 1, 0, 2)  # 丁 乙 甲 丙


@pytest.mark.parametrize(("answer", "earned"), [(2, 1), (0, 0), (None, 0), (4, 0), (-2, 0)])
def test_a_single_choice_is_the_shown_position_of_the_right_option(
    answer: int | None, earned: int
) -> None:
    assert share(Single(options=FOUR, right=0), answer, SHOWN) == earned


@pytest.mark.parametrize("answer", [True, "2", [2], [], "", 99, [[1]]])
def test_an_answer_of_the_wrong_form_is_wrong_and_no_error(answer: object) -> None:
    items = [
        Single(options=FOUR, right=1),
        Ordering(options=FOUR),
        TrueFalse(right=False),
        Numeric(value="5"),
        ShortText(accepted=("阀",)),
    ]
    assert [share(item, answer, SHOWN) for item in items] == [0] * 5  # type: ignore[arg-type]


@pytest.mark.parametrize(("right", "answer", "earned"), [(True, 0, 1), (True, 1, 0), (False, 1, 1)])
def test_true_is_the_first_of_two(right: bool, answer: int, earned: int) -> None:
    assert share(TrueFalse(right=right), answer, ()) == earned


@pytest.mark.parametrize(
    ("partial", "answer", "earned"),
    [
        # right are 甲 (position 2) and 丙 (3); 丁 (0) and 乙 (1) are wrong
        ("none", [3, 2], "1"), ("none", [2], "0"), ("none", [2, 3, 0], "0"),
        ("subset", [2, 3], "1"), ("subset", [2], "1/2"), ("subset", [2, 0], "0"),
        ("subset", [], "0"), ("balanced", [2], "1/2"), ("balanced", [2, 3, 0], "1/2"),
        ("balanced", [2, 0], "0"), ("balanced", [0, 1], "0"), ("balanced", [0, 1, 2, 3], "0"),
        ("balanced", [2, 2], "0"), ("subset", [2, 9], "0"),
    ],
)  # fmt: skip
def test_multiple_choice_by_its_rule(partial: PartialRule, answer: list[int], earned: str) -> None:
    item = Multiple(options=FOUR, right=frozenset({0, 2}), partial=partial)
    assert share(item, answer, SHOWN) == Fraction(earned)


def test_ordering_counts_pairs_and_chance_earns_nothing() -> None:
    exact, partly = Ordering(options=FOUR), Ordering(options=FOUR, partial="balanced")
    right = [SHOWN.index(one) for one in range(4)]
    assert share(exact, right, SHOWN) == share(partly, right, SHOWN) == 1
    swapped = [right[1], right[0], *right[2:]]
    assert share(exact, swapped, SHOWN) == 0
    assert share(partly, swapped, SHOWN) == Fraction(4, 6)  # 5 of 6 pairs kept, 1 lost
    assert share(partly, right[::-1], SHOWN) == 0
    assert share(partly, right[:3], SHOWN) == 0
    # before what is below nothing is cut off, all orders together cancel out
    signed = [
        sum((a < b) - (a > b) for i, a in enumerate(one) for b in one[i + 1 :])
        for one in permutations(range(4))
    ]
    assert sum(signed) == 0


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("1.65", True), ("1.60", True), ("1.70", True), ("1.5999999999999999999999", False),
        ("1.7000001", False), ("１．６５", True), (" 1.65 MPa ", True), ("1.65ＭＰａ", True),
        ("1.65 bar", False), ("165e-2", True), ("", False), ("一点六五", False), ("1,65", False),
        ("nan", False), ("inf", False), ("1.65.0", False), ("9" * 200, False), ("1e999", False),
    ],
)  # fmt: skip
def test_a_number_is_right_within_its_tolerance_ends_included(typed: str, right: bool) -> None:
    item = Numeric(value="1.65", tolerance="0.05", unit="MPa")
    assert grade(item, typed, ()).right is right


@pytest.mark.parametrize(
    ("typed", "right"),
    [("-２００", True), ("−202", True), ("-1,98", False), ("-202.01", False), ("200", False)],
)
def test_a_tolerance_in_percent_is_of_the_value(typed: str, right: bool) -> None:
    item = Numeric(value="-200", tolerance="1", percent=True)
    assert grade(item, typed, ()).right is right


def test_floating_point_plays_no_part() -> None:
    assert grade(Numeric(value="0.3", tolerance="0"), "0.30", ()).right
    assert grade(Numeric(value="12345.678", tolerance="0"), "１２，３４５．６７８", ()).right
    assert not grade(Numeric(value="0.3", tolerance="0"), "0.30000000000000001", ()).right


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("ＰＬＣ", "plc"), ("plc。", "PLC"), ("“疏水阀”", "疏水阀"), ("第 ３ 号阀", "第3号阀"),
        ("work  permit", "Work Permit"), ("work\u3000permit", "Work Permit"),
        ("疏水\u200b阀", "疏水阀"), ("a–b", "a-b"), ("STRASSE", "straße"), ("①", "1"),
        ("（甲）", "甲"), ("、甲，乙。", "甲,乙"), ("䶮", "䶮"),
    ],
)  # fmt: skip
def test_written_answers_that_mean_the_same(typed: str, accepted: str) -> None:
    assert grade(ShortText(accepted=("别的", accepted)), typed, ()).right


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [("workpermit", "work permit"), ("-5", "5"), ("阀", "疏水阀"), ("", "甲"), ("甲" * 201, "甲")],
)
def test_written_answers_that_do_not(typed: str, accepted: str) -> None:
    assert not grade(ShortText(accepted=(accepted,)), typed, ()).right


def test_case_matters_where_the_author_says_so() -> None:
    item = ShortText(accepted=("mW",), exact_case=True)
    assert grade(item, "ｍＷ", ()).right
    assert not grade(item, "MW", ()).right


def test_a_share_is_cut_and_never_rounded_up_to_the_whole() -> None:
    assert points(Fraction(2, 3), 1) == 66
    assert points(Fraction(1), 7) == 700
    item = Multiple(options=tuple("abcdefghij"), right=frozenset(range(9)), partial="subset")
    assert grade(item, list(range(8)), tuple(range(10))).permille == 888


def test_only_punctuation_is_an_answer_like_any_other() -> None:
    assert wording.plain("?") == "?"
    assert wording.plain("……") != ""


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("options_count", Single(options=("甲",), right=0)),
        ("right_unknown", Single(options=FOUR, right=4)),
        ("option_twice", Ordering(options=("甲", "甲"))),
        ("option_empty", Ordering(options=("甲", " "))),
        ("right_missing", Multiple(options=FOUR, right=frozenset())),
        ("number", Numeric(value="12 MPa")),
        ("number", Numeric(value="1e99999")),
        ("tolerance", Numeric(value="1", tolerance="-1")),
        ("accepted_count", ShortText(accepted=(" ",))),
    ],
)
def test_what_cannot_be_answered_is_no_question(code: str, bad: Single) -> None:
    with pytest.raises(BadItem) as refused:
        checked(bad)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["", "{}", '{"kind":"essay"}', "[" * 5000, '{"kind":"single"}'])
def test_unreadable_content_is_refused(text: str) -> None:
    with pytest.raises(BadItem):
        decode(text)


def test_what_is_stored_is_read_again() -> None:
    item = Multiple(options=FOUR, right=frozenset({2, 0}), partial="subset", explanation="因为")
    assert decode(encode(item)) == item
    assert kind_of(item) == "multiple"
    assert encode(item) == encode(decode(encode(item)))
