"""Which files may become slides, by the end of their names. Knows no database."""

from __future__ import annotations

OFFICE = frozenset({"pptx", "ppt", "ppsx", "pps", "odp", "docx", "doc", "odt"})
"""What LibreOffice makes a PDF of."""


def ending(name: str) -> str:
    """``Winter.PPTX`` → ``pptx``."""
    _, dot, last = name.rpartition(".")
    return last.lower() if dot else ""


def accepted(*, office: bool) -> str:
    """For ``<input accept>``."""
    return ",".join(f".{one}" for one in ["pdf", *(sorted(OFFICE) if office else [])])
