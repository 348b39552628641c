"""What may be a logo: a small picture without anything that runs (so no SVG)."""

from __future__ import annotations

LOGO_BYTES = 256 * 1024
"""Largest file."""


def image_type(head: bytes) -> str | None:
    """Media type of a picture by its first 16 bytes; None when it is none of ours."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None
