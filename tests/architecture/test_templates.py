"""The content security policy allows no inline code: templates hold no script, style or handler."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.architecture import tree

DJANGO_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
DATA_TYPES = {"application/json", "application/ld+json", "speculationrules"}
"""Script elements that hold data; browsers never run them."""


class _Inline(HTMLParser):
    """Collects every place where a page would carry code of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self._note(f"{name}=")
            if (value or "").strip().lower().startswith("javascript:"):
                self._note(f"{name}=javascript:")
        data = tag == "script" and values.get("type") in DATA_TYPES
        self._in = tag if tag in {"script", "style"} and not data else None

    def handle_data(self, data: str) -> None:
        if self._in and data.strip():
            self._note(f"<{self._in}>")

    def handle_endtag(self, tag: str) -> None:
        self._in = None

    def _note(self, what: str) -> None:
        self.found.append(f"line {self.getpos()[0]}: {what}")


def _inline_code(text: str) -> list[str]:
    """Inline code in a template; Django's tags are blanked, keeping the lines."""
    parser = _Inline()
    parser.feed(DJANGO_TAG.sub(lambda tag: "\n" * tag.group().count("\n") or "x", text))
    return parser.found


def test_templates_hold_no_inline_code() -> None:
    pages: list[Path] = tree.files("templates", suffix=".html")
    found = {tree.name(page): _inline_code(page.read_text(encoding="utf-8")) for page in pages}
    assert {page: lines for page, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "bad",
    [
        "<p style='color: red'>",
        "<button onclick=go()>",
        "<script>go()</script>",
        "<style>p{}</style>",
        '<a href="javascript:go()">',
    ],
)
def test_the_check_sees_what_it_must(bad: str) -> None:
    assert _inline_code(bad)


@pytest.mark.parametrize("good", ['<script src="{% static "x.js" %}"></script>', "<p class=a>"])
def test_the_check_lets_linked_code_pass(good: str) -> None:
    assert _inline_code(good) == []
