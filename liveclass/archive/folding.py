"""Finding words the way people type them. No Django here.

Chinese is found by any part of a sentence, as there are no blanks between its words; letters
whatever their case; full and half width are the same.
"""

from __future__ import annotations

import unicodedata

QUERY_CHARS = 100
"""Of what somebody looks for; nobody remembers more of a line."""


def fold(text: str) -> str:
    """``text`` as it is compared: NFKC, without case, blanks made one and cut from both ends.

    Twice NFKC, as Unicode's caseless matching asks for: folding may take a text apart.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())
