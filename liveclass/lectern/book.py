"""A PDF written so that every beginning of it is a PDF of its own.

Page after page comes with what it needs that was not there yet, and behind each page stands a whole
table of contents (a cross-reference stream, ISO 32000-1 §7.5.8, and a page tree) for the pages so
far. Cut behind page 12 it is a document of twelve pages: what was not shown yet is not sent, and
who has eleven pages fetches only what is new. Nothing is drawn anew, so it stays vectors.

Knows only PDF objects; what has no business on a slide is left out: scripts, links, attachments.
"""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from courses.uploads import weight

KEPT = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group")
"""Of a page, what says how it looks."""


class Book:
    """Writes pages of ``reader`` to ``file``, one after another."""

    def __init__(self, reader: PdfReader, file: BinaryIO) -> None:
        self._reader = reader
        self._file = file
        self._places: dict[int, tuple[int, int]] = {}
        """Offset and generation by number of object."""
        self._kids: list[int] = []
        # Numbers behind all of theirs: what a file says of its own size may be wrong.
        self._next = max([0, *(max(found, default=0) for found in reader.xref.values())])
        self._next = max(self._next, max(reader.xref_objStm, default=0)) + 1
        self._tree, self._root = self._number(), self._number()
        self._known: set[int] = {self._tree, self._root}
        self._layers = _raw(reader.root_object, "/OCProperties")
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, page: PageObject) -> int:
        """Write ``page``; answers the length of the document that ends with it.

        Raises:
            weight.TooHeavy: it is more than a browser should be given.
        """
        kept = DictionaryObject({NameObject("/Type"): NameObject("/Page")})
        for name in KEPT:
            value = _raw(page, name)
            if value is not None:
                kept[NameObject(name)] = value
        kept[NameObject("/Parent")] = self._reference(self._tree)
        weight.check_content(page)
        for found in (kept, self._layers):
            for reference, value in weight.leads_to(found, self._known):
                self._write(reference.idnum, value, reference.generation)
        self._kids.append(self._number())
        self._write(self._kids[-1], kept)
        self._finish()
        return self._file.tell()

    # -- objects

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _reference(self, number: int) -> IndirectObject:
        return IndirectObject(number, 0, self._reader)

    def _write(self, number: int, value: PdfObject, generation: int = 0) -> None:
        self._places[number] = self._file.tell(), generation
        self._file.write(b"%d %d obj\n" % (number, generation))
        value.write_to_stream(self._file)
        self._file.write(b"\nendobj\n")

    # -- the table of contents

    def _finish(self) -> None:
        """Make what was written until now a document."""
        kids = ArrayObject([self._reference(one) for one in self._kids])
        tree: dict[str, PdfObject] = {
            "/Type": NameObject("/Pages"),
            "/Kids": kids,
            "/Count": NumberObject(len(kids)),
        }
        self._write(self._tree, _dictionary(tree))
        root: dict[str, PdfObject] = {
            "/Type": NameObject("/Catalog"),
            "/Pages": self._reference(self._tree),
        }
        if self._layers is not None:
            root["/OCProperties"] = self._layers
        self._write(self._root, _dictionary(root))
        self._table()

    def _table(self) -> None:
        start, number = self._file.tell(), self._next + 1
        places = sorted({**self._places, number: (start, 0)}.items())
        ranges: list[list[int]] = []
        for one, _ in places:
            if ranges and sum(ranges[-1]) == one:
                ranges[-1][1] += 1
            else:
                ranges.append([one, 1])
        rows = b"".join(struct.pack(">BIH", 1, *place) for _, place in places)
        packed = zlib.compress(rows)
        index = " ".join(f"{first} {count}" for first, count in ranges)
        self._file.write(
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Index[%s]/Root %d 0 R/Filter/FlateDecode"
            b"/Length %d>>stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (number, number + 1, index.encode(), self._root, len(packed), packed, start)
        )


def _raw(found: DictionaryObject, name: str) -> PdfObject | None:
    """The entry as it stands, a reference unresolved."""
    value: PdfObject | None = dict.get(found, NameObject(name))
    return value


def _dictionary(entries: dict[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in entries.items()})
