"""What the frame of every page shows: whose site this is, in which language and light."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from members.accounts.models import Theme
from members.units.queries import organisation

THEME_COOKIE = "liveclass_theme"


def site(request: HttpRequest) -> dict[str, Any]:
    """``org``, ``org_name``, ``language``, ``theme`` and ``languages`` for base.html."""
    language = get_language() or settings.LANGUAGE_CODE
    found = organisation()
    return {
        "org": found,
        "org_name": found.name(language),
        "org_help": found.help(language),
        "html_lang": "zh-Hans" if language.startswith("zh") else language,
        "language": language,
        "theme": chosen_theme(request),
        "themes": Theme,
        "languages": settings.LANGUAGES,
        "other_languages": [pair for pair in settings.LANGUAGES if pair[0] != language],
    }


def chosen_theme(request: HttpRequest) -> str:
    """What the member chose, or what this browser remembers; ``auto`` when nothing was chosen."""
    member = getattr(request, "user", None)
    if member is not None and member.is_authenticated:
        return str(member.theme)
    remembered = request.COOKIES.get(THEME_COOKIE, "")
    return remembered if remembered in Theme.values else Theme.AUTO.value
