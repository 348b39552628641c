"""Written answers as they are compared: what a keyboard or a habit changes makes no difference.

The rules, in this order:

1. Unicode NFKC: full-width letters, digits and punctuation become the ordinary ones
   (``ＡＢＣ１２３，`` → ``ABC123,``), as do ligatures, circled digits and half-width kana.
2. Invisible characters (category Cf: zero-width space, soft hyphen, marks of direction) vanish.
3. Chinese punctuation and typographic quotes and dashes become the ordinary ones
   (``。、“”‘’—–−`` → ``. , " ' -``).
4. Case is folded, unless the question says that case matters.
5. White space becomes one space; beside a Chinese character it vanishes (``第 3 号`` = ``第3号``).
6. Punctuation around the whole answer goes: quotes, stops, commas and brackets
   stay inside only. A sign (``-5``) is no punctuation.

Numbers are read after rules 1 to 3: ``１，２３４．５`` is 1234.5. A comma only groups thousands; a
number in any other form is no number, and so is never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction

MAX_NUMBER = 60
"""Characters of a typed number; what is longer is none."""
MAX_EXPONENT = 30

_ORDINARY = str.maketrans(
    {
        "。": ".", "、": ",", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‐": "-",
        "‑": "-", "–": "-", "—": "-", "―": "-", "−": "-", "〜": "~",
    }
)  # fmt: skip
_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_SPACE_BESIDE_HAN = re.compile(f"(?<=[{_HAN}]) | (?=[{_HAN}])")
_AROUND = " .,;:!?\"'`()[]{}<>《》〈〉「」『』【】·…"
_NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(\.\d+)?(?:e([+-]?\d{1,3}))?\Z", re.ASCII)


def ordinary(text: str) -> str:
    """Rules 1 to 3."""
    wide = unicodedata.normalize("NFKC", text)
    seen = "".join(one for one in wide if unicodedata.category(one) != "Cf")
    return seen.translate(_ORDINARY)


def plain(text: str, *, exact_case: bool = False) -> str:
    """``text`` by all rules; two answers are the same when this is."""
    found = ordinary(text)
    if not exact_case:
        found = unicodedata.normalize("NFKC", found.casefold())
    found = _SPACE_BESIDE_HAN.sub("", " ".join(found.split()))
    return found.strip(_AROUND) or found


def number(text: str, unit: str = "") -> Fraction | None:
    """The number that somebody typed, with or without its ``unit``; None when it is none."""
    if len(text) > MAX_NUMBER + len(unit):
        return None
    typed = "".join(ordinary(text).split())
    after = "".join(ordinary(unit).split())
    if after and typed.casefold().endswith(after.casefold()):
        typed = typed[: -len(after)]
    match = _NUMBER.match(typed.lower())
    if match is None or not (match[2] or match[3]):
        return None
    if match[4] and abs(int(match[4])) > MAX_EXPONENT:
        return None
    try:
        return Fraction(Decimal(typed.replace(",", "")))
    except InvalidOperation:
        return None
