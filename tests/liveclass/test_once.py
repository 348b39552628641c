"""One announcement for many changes, and none for what was rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from liveclass.rooms.once import once_after_commit

pytestmark = pytest.mark.django_db


def test_the_first_hook_speaks_for_all(django_capture_on_commit_callbacks: Any) -> None:
    said: list[str] = []
    with django_capture_on_commit_callbacks(execute=True):
        for key in ("a", "b", "a", "a"):
            once_after_commit(key, lambda key=key: said.append(key))
        assert said == []
    assert said == ["a", "b"]
    with django_capture_on_commit_callbacks(execute=True):
        once_after_commit("a", lambda: said.append("again"))
    assert said == ["a", "b", "again"]


def test_a_job_that_is_rolled_back_silences_nobody(
    django_capture_on_commit_callbacks: Any,
) -> None:
    said: list[str] = []
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            once_after_commit("x", lambda: said.append("rolled back"))
            transaction.set_rollback(True)
        with transaction.atomic():
            once_after_commit("x", lambda: said.append("kept"))
    assert said == ["kept"]
