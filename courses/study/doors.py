"""Who shows which kind of lesson. Features fill this in ``apps.ready``."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from courses.catalog.models import Lesson
from members.accounts.models import Member

Door = Callable[[HttpRequest, Member, Lesson], HttpResponseBase]

shown: dict[str, Door] = {}
"""Kind → view. Whether she may see the lesson has been checked; its course is loaded."""

addresses: dict[str, str] = {"quiz": "quizzes:lesson"}
"""Kind → name of an address (arguments: code of the course, key of the lesson) to go to."""
