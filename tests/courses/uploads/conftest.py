"""A draft with a lesson of each kind that takes a file, and a folder of its own for the bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from courses.catalog import actions as catalog
from courses.catalog.models import Course, Lesson
from tests.courses.catalog.conftest import make_draft
from tests.people import People, people

__all__ = ["people"]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def draft(people: People, folder: Path) -> Course:
    return make_draft(people, articles=0)


@pytest.fixture
def video(draft: Course, people: People) -> Lesson:
    return catalog.add_lesson(draft.sections.get(), people.host, "video", "第一讲")


@pytest.fixture
def audio(draft: Course, people: People) -> Lesson:
    return catalog.add_lesson(draft.sections.get(), people.host, "audio", "第二讲")


@pytest.fixture
def document(draft: Course, people: People) -> Lesson:
    return catalog.add_lesson(draft.sections.get(), people.host, "document", "讲义")
