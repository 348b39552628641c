"""The words of the room page, read from the dictionaries that the page is built with."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

WORDS = Path(__file__).resolve().parent.parent.parent / "assets" / "src" / "words"
ENTRY = re.compile(r'^\s*"([a-z_.0-9]+)":\s*"((?:[^"\\]|\\.)*)",?$', re.MULTILINE)


@cache
def dictionary(language: str) -> dict[str, str]:
    """Key to text, for ``zh`` or ``en``."""
    files = sorted(WORDS.glob(f"{language}*.ts"))
    return dict(ENTRY.findall("\n".join(one.read_text(encoding="utf-8") for one in files)))


def word(language: str, key: str, **values: object) -> str:
    """The text of ``key``; ``{name}`` is replaced by ``values``."""
    text = dictionary(language)[key]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text
