"""Lessons, states and rules as people read them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalog.models import Course, Lesson
from courses.completion.rules import Answered, Attended, Finished, Passed, Present, Read, Watched
from courses.study.queries import Missing

register = template.Library()

ICONS = {
    "video": "play", "audio": "vol", "document": "doc", "article": "book", "quiz": "pen",
    "live": "screen", "in_person": "people",
}  # fmt: skip


@register.filter
def kind_icon(lesson: Lesson) -> str:
    """The icon of a kind of lesson."""
    return ICONS[lesson.kind]


@register.filter
def percent(permille: int) -> int:
    """Thousandths as whole percent, truncated."""
    return permille // 10


@register.filter
def length_of(minutes: int) -> str:
    """``45 min``, ``2 h 5 min``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)d min") % {"n": rest}
    if not rest:
        return _("%(h)d h") % {"h": hours}
    return _("%(h)d h %(n)d min") % {"h": hours, "n": rest}


@register.filter
def clock(seconds: int) -> str:
    """``12:30``, ``1:02:30``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def still(missing: Missing) -> str:  # noqa: C901 - a table
    """What one condition still takes, with how much there is."""
    title = missing.lesson.title if missing.lesson else str(missing.course or "")
    values = {"title": title, "has": missing.has // 10, "needs": missing.needs // 10}
    match missing.leaf:
        case Watched():
            text = _("Watch “%(title)s”: %(has)d of %(needs)d percent")
        case Read() if missing.lesson and missing.lesson.kind == "article":
            text = _("Read “%(title)s”")
        case Read():
            text = _("Read “%(title)s”: %(has)d of %(needs)d percent of its pages")
        case Passed():
            text = _("Pass “%(title)s”: best result %(has)d, needed %(needs)d percent")
        case Attended(way="live"):
            text = _("Attend “%(title)s” live: %(has)d of %(needs)d percent")
        case Attended(way="replay"):
            text = _("Watch the replay of “%(title)s”: %(has)d of %(needs)d percent")
        case Attended():
            text = _("Attend “%(title)s”, live or in the replay: %(has)d of %(needs)d percent")
        case Present():
            text = _("Be there: “%(title)s”, %(has)d of %(needs)d percent")
        case Answered():
            text = _("Answer the questions in “%(title)s”: %(has)d of %(needs)d percent")
        case Finished():
            text = _("Finish the course “%(title)s” first")
    return text % values


@register.filter
def lessons_count(number: int) -> str:
    """How many lessons."""
    return ngettext("%(n)d lesson", "%(n)d lessons", number) % {"n": number}


@register.filter
def state_chip(course: Course) -> str:
    """The class of a course's state chip."""
    return {"published": "ok", "review": "due", "draft": "line", "archived": ""}[course.state]
