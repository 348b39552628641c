"""Words that an organisation does not want to read aloud. Knows no database.

Text is compared as people read it: full-width and capital letters do not matter, and neither do
characters nobody sees. A word with Chinese, Japanese or Korean signs is found anywhere, also with
blanks or punctuation between its signs; any other only as a whole word, so that “class” is allowed
where “ass” is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_TOGETHER = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
"""Signs of scripts that put no blanks between words."""


def plain(text: str) -> str:
    """``text`` as it is compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if unicodedata.category(one) != "Cf")


class Unwanted:
    """A list of words, ready to be looked for.

    >>> found = Unwanted(["傻瓜", "ass"])
    >>> found.is_in("你这 傻·瓜"), found.is_in("class"), found.is_in("Ｂｉｇ ＡＳＳ!")
    (True, False, True)
    """

    def __init__(self, words: Iterable[str]) -> None:
        known = sorted({plain(one).strip() for one in words} - {""}, key=len, reverse=True)
        together = [_signs(one) for one in known if _TOGETHER.search(one)]
        apart = [re.escape(one) for one in known if not _TOGETHER.search(one)]
        self._together = [one for one in together if one]
        self._apart = re.compile(rf"(?<!\w)(?:{'|'.join(apart)})(?!\w)") if apart else None

    def is_in(self, text: str) -> bool:
        """Whether ``text`` says one of the words."""
        read = plain(text)
        if self._apart is not None and self._apart.search(read):
            return True
        signs = _signs(read) if self._together else ""
        return any(one in signs for one in self._together)


def _signs(text: str) -> str:
    """Letters and digits alone."""
    return "".join(one for one in text if one.isalnum())
