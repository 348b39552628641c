"""Reads a rendered page as a browser with our policy and a screen reader would."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "circle", "path", "rect", "line", "use"}
DATA = {"application/json", "application/ld+json"}


class Page(HTMLParser):
    """What the tests ask about: forbidden inline code, controls without a name, headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.nameless: list[str] = []
        self.headings: list[str] = []
        self.language = ""
        self.theme: str | None = None
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._labels: set[str] = set()
        self._fields: list[tuple[str, bool]] = []
        self.feed(html)
        unlabelled = [name for name, inside in self._fields if not inside]
        self.nameless += [name for name in unlabelled if name not in self._labels]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note attributes; keep the element open until its text is known."""
        values = dict(attrs)
        self._look(tag, values)
        if tag not in VOID:
            self._open.append((tag, values, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """SVG's self-closing elements."""
        self._look(tag, dict(attrs))

    def handle_data(self, data: str) -> None:
        """Text belongs to every open element; code in script and style is inline code."""
        for _tag, _attrs, text in self._open:
            text.append(data)
        if not self._open or not data.strip():
            return
        tag, attrs, _text = self._open[-1]
        if tag == "style" or (tag == "script" and attrs.get("type") not in DATA):
            self.inline.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """Controls and headings are judged when they close."""
        while self._open:
            name, attrs, text = self._open.pop()
            self._close(name, attrs, "".join(text).strip())
            if name == tag:
                return

    def _look(self, tag: str, attrs: dict[str, str | None]) -> None:
        self.inline += [f"{name}=" for name in attrs if name == "style" or name.startswith("on")]
        if tag == "html":
            self.language, self.theme = attrs.get("lang") or "", attrs.get("data-theme")
        if tag == "label" and attrs.get("for"):
            self._labels.add(str(attrs["for"]))
        shown = tag == "input" and attrs.get("type") not in {"hidden", "submit"}
        if shown or tag in {"select", "textarea"}:
            inside = any(name == "label" for name, _a, _t in self._open)
            self._fields.append((attrs.get("id") or "?", inside or "aria-label" in attrs))
        if tag == "img" and "alt" not in attrs:
            self.nameless.append("img")

    def _close(self, tag: str, attrs: dict[str, str | None], text: str) -> None:
        if tag in {"button", "a", "summary"} and not (text or attrs.get("aria-label")):
            self.nameless.append(tag)
        if tag == "h1":
            self.headings.append(text)
