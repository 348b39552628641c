"""Where the reader is, and which doors the navigation shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from courses.reports.scope import may_supervise
from liveclass.classes.permissions import may_schedule
from liveclass.whisper.reports import is_guardian

APPS = {
    "classes": "classes", "sessions": "classes", "record": "me", "certificates": "me",
    "assignments": "courses", "courses": "courses", "authoring": "courses", "quizzes": "courses",
    "player": "courses", "uploads": "courses",
    "board": "me", "whispers": "me",
}  # fmt: skip
SECTIONS = {"home": "home", "me": "me", "account_change_password": "me"}
VIEWS = {"classes:new": "schedule"}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """``section``: which entry is current. ``may_schedule``: whether Classes has a form.
    ``may_supervise``: whether there is a board for the reader. ``is_guardian``:
    whether she decides on reported whispers."""
    return {
        "section": _section(request),
        "may_schedule": _may_schedule(request),
        "may_supervise": _may_supervise(request),
        "is_guardian": _is_guardian(request),
    }


def _is_guardian(request: HttpRequest) -> bool:
    member = getattr(request, "user", None)
    return member is not None and member.is_authenticated and is_guardian(member)


def _section(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        return ""
    default = APPS.get(match.app_name, "")
    return VIEWS.get(match.view_name) or SECTIONS.get(match.url_name or "", default)


def _may_schedule(request: HttpRequest) -> bool:
    member = getattr(request, "user", None)
    return member is not None and member.is_authenticated and may_schedule(member)


def _may_supervise(request: HttpRequest) -> bool:
    member = getattr(request, "user", None)
    return member is not None and member.is_authenticated and may_supervise(member)
