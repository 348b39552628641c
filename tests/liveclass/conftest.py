"""The world of a class, listening to what the hub is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.liveclass.world import World, listen, make_world


@pytest.fixture
def world(
    db: None, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> World:
    """One scheduled class; ``world.heard`` fills with announcements."""
    made = make_world(django_capture_on_commit_callbacks)
    listen(monkeypatch, made.heard)
    return made
