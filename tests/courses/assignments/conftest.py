"""A published course, and the recurring people."""

from __future__ import annotations

import pytest

from courses.catalog.models import Course, Lesson, Section
from members.accounts.models import Member
from tests.factories import make_member
from tests.people import People, people

__all__ = ["People", "people"]


@pytest.fixture
def author(db: None) -> Member:
    return make_member()


@pytest.fixture
def course(author: Member) -> Course:
    made = Course.objects.create(
        code="AQ-101", title="安全生产法", author=author, state="published", credit_kind="safety"
    )
    section = Section.objects.create(course=made, order=1, title="1")
    Lesson.objects.create(section=section, order=0, kind="article", title="a", article="a")
    return made
