"""WebVTT as it may be served (https://www.w3.org/TR/webvtt1/ §4.1). Knows no database."""

from __future__ import annotations

import re

LONGEST = 1_000_000
"""Characters of one file."""

_TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
_CUE = re.compile(rf"^{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?$", re.MULTILINE)


def checked(text: str) -> str:
    """The same captions with one kind of line end.

    Raises:
        ValueError: it is too long, does not begin as WebVTT does, or has no cue.
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if len(plain) > LONGEST:
        raise ValueError("too long")
    if not re.match(r"WEBVTT(?:[ \t][^\n]*)?(?:\n|$)", plain):
        raise ValueError("no WebVTT")
    if not _CUE.search(plain):
        raise ValueError("no cue")
    return plain
