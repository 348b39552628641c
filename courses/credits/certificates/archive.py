"""Certificates as papers: what stands on one; many of them as one ZIP, made while it is sent."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.credits.certificates.models import Certificate
from courses.credits.certificates.paper import render
from courses.templatetags.hours import hours
from members.units.queries import organisation

MOST = 500
"""Most papers in one archive: some 9 MB, and five seconds of one core."""
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
"""What no file system of a reader takes in a name."""


def fields_of(found: Certificate, address: str) -> dict[str, str]:
    """What stands on the paper, in the reader's language; ``address``: where it is checked."""
    language = get_language() or "en"
    house = organisation()
    worth = _("%(hours)s credit hours") % {"hours": hours(found.value)} if found.value else ""
    return {
        "lang": language[:2],
        "colour": house.theme,
        "organisation": house.name(language),
        "heading": _("Certificate"),
        "name": found.name,
        "sentence": _("has completed"),
        "title": found.title,
        "hours": worth,
        "issued_label": _("Issued"),
        "issued": f"{found.issued_on:%Y-%m-%d}",
        "expires_label": _("Valid to"),
        "expires": f"{found.expires_on:%Y-%m-%d}" if found.expires_on else "",
        "number_label": _("Number"),
        "number": found.number,
        "verify": address,
    }


class _Pipe(io.RawIOBase):
    """Takes what the archive writes; it is taken away piece by piece and never sought."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: object) -> int:
        """Hold ``data`` until it is taken."""
        piece = bytes(memoryview(data))  # type: ignore[arg-type]
        self._held.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """Everything written since the last time."""
        held, self._held = self._held, []
        return b"".join(held)


def pieces(
    found: Iterable[Certificate], address: Callable[[str], str], language: str
) -> Iterator[bytes]:
    """A ZIP with one PDF for each of ``found``, piece by piece: one paper is in memory at a time.

    ``address``: where a number is checked. PDFs are packed already, so they are only stored.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for one in found:
            where = address(one.number)
            with translation.override(language):
                paper = render(fields_of(one, where), where)
            archive.writestr(_entry(one), paper)
            yield pipe.take()
    yield pipe.take()


def _entry(one: Certificate) -> zipfile.ZipInfo:
    """Its name says whose and what; its date is that of the certificate, so that making the archive
    again makes the same one."""
    issued: date = one.issued_on
    name = " ".join(UNSAFE.sub(" ", f"{one.name} {one.title}").split())[:80]
    moment = (max(1980, issued.year), issued.month, issued.day, 0, 0, 0)
    return zipfile.ZipInfo(f"{one.number} {name}.pdf", moment)
