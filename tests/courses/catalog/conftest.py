"""A published course with two articles, and who writes, reviews and takes it."""

from __future__ import annotations

import pytest

from courses.catalog import actions, publishing
from courses.catalog.models import Course, Lesson
from courses.completion.queries import lessons_of
from tests.people import People, people

__all__ = ["people"]

TEXT = "供水温度随气温调节。" * 12


def make_draft(people: People, code: str = "AQ-101", articles: int = 2) -> Course:
    """A draft of the host with articles."""
    course = actions.create_course(
        people.host, code, title="安全生产法：从业人员的权利和义务", credit_kind="safety",
        estimated_minutes=45, summary="知道自己可以拒绝什么，必须做什么。",
    )  # fmt: skip
    section = course.sections.get()
    for number in range(articles):
        actions.add_lesson(section, people.host, "article", f"第{number + 1}讲", article=TEXT)
    return course


def publish(course: Course, people: People) -> Course:
    """Through the review."""
    return publishing.approve(publishing.submit(course), people.admin)


@pytest.fixture
def draft(people: People) -> Course:
    """Two articles, not handed in yet."""
    return make_draft(people)


@pytest.fixture
def course(draft: Course, people: People) -> Course:
    """The same, published."""
    return publish(draft, people)


@pytest.fixture
def first(course: Course) -> Lesson:
    """Its first article."""
    return lessons_of(course)[0]
