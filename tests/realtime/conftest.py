"""The running web processes of ``rooms.py``, for every test of the engine."""

from tests.realtime.rooms import classroom, own_classroom, seeded

__all__ = ["classroom", "own_classroom", "seeded"]
