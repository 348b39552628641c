"""PDF files as lecturers send them, and as nobody should."""

from __future__ import annotations

import io
import zlib
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
)


def _page(writer: PdfWriter, number: int, font: Any) -> None:
    page = writer.add_blank_page(960, 540)
    words = f"BT /F1 60 Tf 80 300 Td (Page {number}) Tj ET 80 200 {80 + number * 20} 40 re f"
    content = DecodedStreamObject()
    content.set_data(words.encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )


def talk(pages: int, *, password: str = "", padding: int = 0) -> bytes:
    """Slides in 16:9 with a word and a bar on each page, all in one font.

    ``padding``: bytes of something that every page needs and that cannot be made smaller.
    """
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    if padding:
        shared = DecodedStreamObject()
        shared.set_data(bytes(i * i % 251 for i in range(padding)))
        font[NameObject("/LiveClassTest")] = writer._add_object(shared)
    reference = writer._add_object(font)
    for number in range(1, pages + 1):
        _page(writer, number, reference)
    if password:
        writer.encrypt(password)
    return _written(writer)


def bomb() -> bytes:
    """One page whose content is small here and would be a hundred megabytes in a browser."""
    writer = PdfWriter()
    page = writer.add_blank_page(960, 540)
    content = EncodedStreamObject()
    packer = zlib.compressobj(9)
    blank = b" " * 1024**2
    content._data = b"".join(packer.compress(blank) for _ in range(100)) + packer.flush()
    content[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(content)
    return _written(writer)


def endless() -> bytes:
    """A tree of pages that comes back to itself."""
    writer = PdfWriter()
    writer.add_blank_page(960, 540)
    tree = writer._pages
    tree_object = writer.get_object(tree)
    assert isinstance(tree_object, DictionaryObject)
    tree_object[NameObject("/Kids")] = ArrayObject([tree])
    tree_object[NameObject("/Count")] = NumberObject(1)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
