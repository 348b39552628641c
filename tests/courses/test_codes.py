"""Codes people type from a screen in a hall."""

from __future__ import annotations

from courses.activities.codes import ALPHABET, LENGTH, new_code


def test_signs_that_look_alike_are_left_out() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set(ALPHABET) & set("01oOilIL")


def test_codes_are_long_and_different() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert {len(code) for code in codes} == {LENGTH}
    assert set("".join(codes)) == set(ALPHABET)
