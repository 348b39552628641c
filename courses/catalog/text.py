"""The text of an article: what may stand in it, and how long it takes to read. No database."""

from __future__ import annotations

import html
import re

import nh3

TAGS = frozenset(
    {
        "a", "b", "blockquote", "br", "caption", "code", "em", "h2", "h3", "h4", "hr", "i", "li",
        "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
        "u", "ul",
    }
)  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = frozenset({"http", "https", "mailto"})
_TAG = re.compile(r"<[a-zA-Z/!]")
_GAP = re.compile(r"\n\s*\n")
SKIMMED = 30
"""Characters a second: nobody reads faster, one who looks for something skims so."""
LONGEST_WAIT = 60
"""Seconds after which any article may have been read."""


def cleaned(typed: str) -> str:
    """What is kept of ``typed``: the tags above and nothing that runs, loads or styles.

    Text without any tag becomes paragraphs where it has empty lines.
    """
    text = typed.replace("\r\n", "\n").strip()
    if text and not _TAG.search(text):
        text = "".join(f"<p>{_lines(part)}</p>" for part in _GAP.split(text))
    return nh3.clean(
        text,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    ).strip()


def plain(article: str) -> str:
    """Only the words of a cleaned article."""
    return html.unescape(nh3.clean(article, tags=set())).strip()


def seconds_to_read(article: str) -> int:
    """The least that reading an article takes."""
    return min(LONGEST_WAIT, len(plain(article)) // SKIMMED)


def _lines(part: str) -> str:
    """One paragraph with its line breaks; characters that mean something to HTML kept as such."""
    return html.escape(part, quote=False).replace("\n", "<br>")
