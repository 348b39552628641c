"""A web process per test module, all from one prepared database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.realtime.classroom import Classroom


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A prepared database with a live class; never started itself."""
    room = Classroom(tmp_path_factory.mktemp("seeded"))
    room.seed()
    return room


@pytest.fixture(scope="module")
def classroom(seeded: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    """A running web process that the tests of a module share."""
    yield from _running(seeded, tmp_path_factory.mktemp("classroom"))


@pytest.fixture
def own_classroom(seeded: Classroom, tmp_path: Path) -> Iterator[Classroom]:
    """A running web process that one test may kill and restart."""
    yield from _running(seeded, tmp_path)


def _running(seeded: Classroom, folder: Path) -> Iterator[Classroom]:
    room = Classroom(folder)
    room.copy_of(seeded)
    room.start()
    try:
        yield room
    finally:
        room.stop()
