"""A class in a world that tests of its hours can end, and the recurring people."""

from __future__ import annotations

from tests.courses.conftest import many_connections, world
from tests.people import people

__all__ = ["many_connections", "people", "world"]
