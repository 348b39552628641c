"""What a written line may contain."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveclass.rooms.text import clean_line, clean_text
from realtime.protocol.refusals import Refusal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  好 \n", "好"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("tab\there", "tab here"),
        ("null\x00 bell\x07 esc\x1b[0m", "null bell esc[0m"),
        ("half \ud83d pair", "half  pair"),
        ("\u202egnp.exe", "gnp.exe"),
        ("e\u0301", "é"),
        ("👩‍👩‍👧 family", "👩‍👩‍👧 family"),
        ("李䶮 阿依古丽·买买提", "李䶮 阿依古丽·买买提"),
    ],
)
def test_examples(typed: str, kept: str) -> None:
    assert clean_text(typed, 100) == kept


def test_a_line_has_no_breaks() -> None:
    assert clean_line(" a \n b\t\u2029c ", 100) == "a b c"


@pytest.mark.parametrize(
    ("typed", "code"), [("\u200b \n", "text_empty"), ("x" * 11, "text_too_long")]
)
def test_refusals(typed: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        clean_text(typed, 10)


@given(st.text(max_size=60))
def test_cleaning_refuses_or_gives_something_stable_and_storable(typed: str) -> None:
    try:
        kept = clean_text(typed, 40)
    except Refusal:
        return
    assert 0 < len(kept) <= 40
    assert kept == kept.strip()
    assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in kept if one != "\n")
    assert clean_text(kept, 40) == kept
    kept.encode("utf-8")
