"""The share link as a QR code."""

from __future__ import annotations

import segno


def qr_image(link: str) -> str:
    """``link`` as a data URI of an SVG: dark on white with a quiet zone, whatever the theme."""
    code = segno.make(link, error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=4, dark="#121c20", light="#ffffff"))
