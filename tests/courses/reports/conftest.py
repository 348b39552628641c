"""The recurring people."""

from __future__ import annotations

from tests.people import people

__all__ = ["people"]
