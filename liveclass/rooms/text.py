"""What a written line may contain. Knows no database."""

from __future__ import annotations

import re
import unicodedata

from realtime.protocol.refusals import Refusal

_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_MANY_BREAKS = re.compile(r"\n{3,}")
_UNSEEN = {"Cc", "Cs"}
"""Control characters, and halves of pairs which no database can store."""
_OVERRIDES = set("\u202d\u202e")
"""Direction overrides: they can make a line read as something its author did not write."""


def clean_text(text: str, limit: int) -> str:
    """``text`` as it is stored: composed (NFC), trimmed, without control characters.

    Line breaks stay, at most one empty line in a row.

    Raises:
        Refusal: ``text_empty`` when nothing visible is left, ``text_too_long`` over ``limit``
            characters (code points).
    """
    plain = _LINE_BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    kept = "".join(one for one in plain.replace("\t", " ") if _is_kept(one))
    trimmed = _MANY_BREAKS.sub("\n\n", kept).strip()
    if not any(_is_visible(one) for one in trimmed):
        raise Refusal("text_empty")
    if len(trimmed) > limit:
        raise Refusal("text_too_long")
    return trimmed


def clean_line(text: str, limit: int) -> str:
    """``clean_text`` on one line: breaks and repeated blanks become one blank."""
    return clean_text(" ".join(text.split()), limit)


def _is_kept(one: str) -> bool:
    return one == "\n" or (unicodedata.category(one) not in _UNSEEN and one not in _OVERRIDES)


def _is_visible(one: str) -> bool:
    """Blanks and format characters alone (zero-width space, joiners) say nothing."""
    return not one.isspace() and unicodedata.category(one) != "Cf"
