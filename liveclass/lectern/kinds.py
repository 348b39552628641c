"""Which files may become slides, by the end of their names. Knows no database."""

from __future__ import annotations

OFFICE = frozenset({"pptx", "ppt", "ppsx", "pps", "odp", "docx", "doc", "odt"})
"""What LibreOffice makes a PDF of."""


def ending(name: str) -> str:
    """``Winter.PPTX`` → ``pptx``."""
    return name.rpartition(".")[2].lower()


def accepted(*, office: bool) -> str:
    """For ``<input accept>``."""
    return ",".join(f".{one}" for one in ["pdf", *(sorted(OFFICE) if office else [])])
