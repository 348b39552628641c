"""A real web process, as the engine's tests have it."""

from tests.realtime.rooms import classroom, own_classroom, seeded

__all__ = ["classroom", "own_classroom", "seeded"]
