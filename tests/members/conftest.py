"""The recurring people, for every test of this storey."""

from tests.people import people

__all__ = ["people"]
