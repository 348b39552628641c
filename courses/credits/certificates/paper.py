"""Sets certificates and other papers as PDF by typst. Knows no database.

One compiler is kept for each template: it has read the fonts once and sets a page in a few
milliseconds. Fields reach the page as ``sys.inputs``, so that a name is a name even when it looks
like markup.
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


@lru_cache(maxsize=8)
def _compiler(template: Path) -> typst.Compiler:
    return typst.Compiler(input=str(template), root=str(template.parent), font_paths=[str(FONTS)])


def render(fields: dict[str, str], address: str) -> bytes:
    """The certificate with ``fields``, and a QR code that leads to ``address``."""
    return set_template(HERE / "certificate.typ", {**fields, "qr": qr_code(address)})


def set_template(template: Path, inputs: dict[str, str]) -> bytes:
    """``template`` with ``inputs`` as one PDF."""
    with _one_at_a_time:
        made = _compiler(template).compile(sys_inputs=inputs, format="pdf")
    if not isinstance(made, bytes):
        raise TypeError(f"typst made several files of {template.name}")
    return made


def qr_code(address: str) -> str:
    """``address`` as an SVG picture that still reads with a quarter of it gone."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, light="white"
    )
    return out.getvalue().decode("ascii")
