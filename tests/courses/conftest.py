"""The world of a class, for what is asked and written without a room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.liveclass.world import World, listen, make_world


@pytest.fixture
def many_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As many connections as there are threads, as of several processes: a pool has fewer. Ours is
    given back to the pool before, and closed after it."""
    connection.close()
    with monkeypatch.context() as without_pool:
        without_pool.setitem(connection.settings_dict["OPTIONS"], "pool", None)
        yield
        connection.close()


@pytest.fixture
def world(
    db: None, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> World:
    """One scheduled class; ``world.heard`` fills with announcements."""
    made = make_world(django_capture_on_commit_callbacks)
    listen(monkeypatch, made.heard)
    return made
