"""What in a PDF is small in its file and would be endless in a browser. Knows only PDF objects."""

from __future__ import annotations

from collections.abc import Iterator

from pypdf import PageObject
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NullObject,
    PdfObject,
    StreamObject,
)

MOST_OBJECTS = 100_000
LARGEST = 64 * 1024**2
"""Bytes of what is drawn on one page, unpacked; samples of one picture."""
PLAIN = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/ASCII85Decode", "/A85", "/ASCIIHexDecode",
         "/AHx", "/RunLengthDecode", "/RL"}  # fmt: skip


class TooHeavy(Exception):
    """A browser would choke on it."""


def check(value: PdfObject) -> None:
    """Refuse an object with more samples or bytes than a browser should be given.

    Raises:
        TooHeavy: it has.
    """
    if not isinstance(value, StreamObject):
        return
    if value.get("/Subtype") == "/Image":
        if int(value.get("/Width", 0)) * int(value.get("/Height", 0)) > LARGEST:
            raise TooHeavy
        return
    filters = value.get("/Filter", [])
    names = filters if isinstance(filters, list) else [filters]
    if all(str(one) in PLAIN for one in names) and len(value.get_data()) > LARGEST:
        raise TooHeavy


def check_content(page: PageObject) -> None:
    """Refuse a page whose parts, which the browser joins, are too much together.

    Raises:
        TooHeavy: they are.
    """
    content = page.get("/Contents")
    found = content.get_object() if content is not None else None
    parts = found if isinstance(found, ArrayObject) else [found]
    streams = [one.get_object() for one in parts if one is not None]
    whole = 0
    for stream in streams:
        if isinstance(stream, StreamObject):
            whole += len(stream.get_data())
            if whole > LARGEST:
                raise TooHeavy


def leads_to(
    value: PdfObject | None, known: set[int], *, most: int = MOST_OBJECTS
) -> Iterator[tuple[IndirectObject, PdfObject]]:
    """What ``value`` leads to and is not in ``known`` yet, each object checked and added there.

    Raises:
        TooHeavy: an object is, or there are more than ``most``.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in known:
                continue
            known.add(one.idnum)
            if len(known) > most:
                raise TooHeavy
            target = one.get_object()
            if target is None or isinstance(target, NullObject):
                continue
            check(target)
            yield one, target
            one = target
        if isinstance(one, DictionaryObject):
            waiting += [dict.__getitem__(one, key) for key in one if key != "/Parent"]
        elif isinstance(one, ArrayObject):
            waiting += list.__iter__(one)
