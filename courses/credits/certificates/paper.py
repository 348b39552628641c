"""Sets a certificate as PDF by typst. Knows no database.

One compiler is kept: it has read the fonts once and sets a page in a few milliseconds. Fields reach
the page as ``sys.inputs``, so that a name is a name even when it looks like markup.
"""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from pathlib import Path

import segno
import typst

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
"""Noto Sans SC, put here by the front-end build; without it typst asks the system's fonts."""

_one_at_a_time = threading.Lock()


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        input=str(HERE / "certificate.typ"), root=str(HERE), font_paths=[str(FONTS)]
    )


def render(fields: dict[str, str], address: str) -> bytes:
    """The PDF with ``fields``, and a QR code that leads to ``address``."""
    inputs = {**fields, "qr": qr_code(address)}
    with _one_at_a_time:
        made = _compiler().compile(sys_inputs=inputs, format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("typst made several files of one certificate")
    return made


def qr_code(address: str) -> str:
    """``address`` as an SVG picture that still reads with a quarter of it gone."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, light="white"
    )
    return out.getvalue().decode("ascii")
