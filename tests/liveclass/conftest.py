"""The world of a class, listening to what the hub is told."""

from __future__ import annotations

from typing import Any

import pytest

from liveclass.rooms import aloud
from liveclass.rooms.people import recent
from tests.liveclass.world import World, listen, make_world


@pytest.fixture(autouse=True)
def nobody_is_remembered() -> None:
    """Every test has its own people, some with the ids of others before them."""
    recent.clear()
    aloud.forget()


@pytest.fixture
def world(
    db: None, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> World:
    """One scheduled class; ``world.heard`` fills with announcements."""
    made = make_world(django_capture_on_commit_callbacks)
    listen(monkeypatch, made.heard)
    return made
