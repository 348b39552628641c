"""The secrets of this installation, and what is sealed about what."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from django.conf import settings

from liveclass.whisper.sealing import Ring

HANDLE = 24
"""Characters of a handle: 96 bits."""


class Behind(msgspec.Struct, frozen=True):
    """Who an anonymous letter is from, and the unit the recipient is told; "" for none."""

    member: int
    unit: str
    unit_en: str


@lru_cache(maxsize=4)
def _ring(secrets: tuple[str, ...]) -> Ring:
    return Ring(secrets)


def ring() -> Ring:
    """The secrets that seal and open; false when there is no whispering here."""
    return _ring(tuple(settings.WHISPER_SECRETS))


def tags(room_id: int, member: int) -> list[str]:
    """Under which names the anonymous threads of ``member`` in a room are found."""
    return ring().tags(_author(room_id, member))


def tag(room_id: int, member: int) -> str:
    """The name of the newest secret."""
    return ring().tag(_author(room_id, member))


def handles(thread: int, member: int) -> list[str]:
    """The names of a thread in addresses of ``member``, the newest first.

    Addresses are written into logs, with whence they were asked for; who reads those and the tables
    does not learn from them whose an anonymous thread is.
    """
    return [one[:HANDLE] for one in ring().tags(f"handle:{thread}:{member}")]


def seal_behind(behind: Behind, thread_tag: str) -> bytes:
    """Who is behind an anonymous thread, bound to its tag."""
    return ring().seal(msgspec.json.encode(behind).decode(), f"behind:{thread_tag}")


def open_behind(sealed: bytes | memoryview, thread_tag: str) -> Behind:
    """Who is behind an anonymous thread. Raises ``Unreadable``."""
    plain = ring().open(bytes(sealed), f"behind:{thread_tag}")
    return msgspec.json.decode(plain, type=Behind)


def seal_text(text: str, thread: int) -> bytes:
    """A letter, bound to its thread."""
    return ring().seal(text, f"text:{thread}")


def open_text(sealed: bytes | memoryview, thread: int) -> str:
    """A letter. Raises ``Unreadable``."""
    return ring().open(bytes(sealed), f"text:{thread}")


def _author(room_id: int, member: int) -> str:
    return f"author:{room_id}:{member}"
