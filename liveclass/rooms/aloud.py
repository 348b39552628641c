"""Text that all of a room read: cleaned, and without words the organisation does not want."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from liveclass.rooms.text import clean_line, clean_text
from liveclass.rooms.unwanted import Unwanted
from members.units.queries import organisation
from realtime.protocol.refusals import Refusal

REMEMBERED = 30.0
"""Seconds until a changed list is known to every process."""


class _List:
    """The organisation's list, read every ``REMEMBERED`` seconds. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read = float("-inf")
        self._words = Unwanted(())

    def get(self) -> Unwanted:
        """The words as they were at most ``REMEMBERED`` seconds ago."""
        with self._lock:
            if time.monotonic() - self._read > REMEMBERED:
                self._words = Unwanted(organisation().unwanted_words.splitlines())
                self._read = time.monotonic()
            return self._words

    def forget(self) -> None:
        """Read it anew next time."""
        with self._lock:
            self._read = float("-inf")


_list = _List()
forget = _list.forget
"""Called in this process when the list was changed."""


def said_aloud(text: str, limit: int) -> str:
    """``clean_text``, without unwanted words.

    Raises:
        Refusal: ``text_empty``, ``text_too_long``, ``word_unwanted``.
    """
    return _wanted(clean_text(text, limit))


def line_aloud(text: str, limit: int) -> str:
    """``clean_line``, without unwanted words.

    Raises:
        Refusal: ``text_empty``, ``text_too_long``, ``word_unwanted``.
    """
    return _wanted(clean_line(text, limit))


def require_wanted(texts: Iterable[str]) -> None:
    """Raise when one of ``texts`` says an unwanted word.

    Raises:
        Refusal: ``word_unwanted``.
    """
    words = _list.get()
    if any(words.is_in(one) for one in texts):
        raise Refusal("word_unwanted")


def _wanted(text: str) -> str:
    require_wanted([text])
    return text
