"""Small parts of every page: icons, name seals, form fields. Built in: no ``{% load %}`` needed."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from members.accounts.models import Member
from members.accounts.seals import seal_of

register = template.Library()

_SYMBOL = re.compile(r'<symbol id="i-([a-z-]+)"')


@lru_cache(maxsize=1)
def _sprite() -> tuple[str, frozenset[str]]:
    """The body of the icon file, and the names in it. Read once in the life of the process."""
    found = finders.find("img/sprite.svg")
    text = Path(str(found)).read_text(encoding="utf-8")
    body = text.split("\n", 1)[1].rsplit("</svg>", 1)[0]
    return body, frozenset(_SYMBOL.findall(text))


@register.simple_tag
def sprite() -> SafeString:
    """All icons, drawn nowhere; ``icon`` points into it. Once per page, at its beginning."""
    # our own file from the repository, nothing that anybody typed
    return mark_safe(f'<svg class="sprite" aria-hidden="true">\n{_sprite()[0]}</svg>')  # noqa: S308


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon beside a word (it is hidden from screen readers). ``size``: "", "s" or "l".

    Raises:
        ValueError: the sprite has no such icon; better here than an empty square on the page.
    """
    if name not in _sprite()[1]:
        raise ValueError(f"there is no icon called {name!r} in img/sprite.svg")
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="#i-{}"/></svg>',
        f" {size}" if size else "",
        name,
    )


@register.simple_tag
def seal(member: Member | str, size: str = "") -> SafeString:
    """The name seal of a member, or of a name. ``size``: "", "s" or "xl". Decoration only."""
    drawn = seal_of(member.display_name(_language()) if isinstance(member, Member) else member)
    classes = " ".join(filter(None, ("seal", size, "two-ch" if len(drawn) > 1 else "")))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, drawn)


OF_COURSES = frozenset({"authoring", "player", "quiz", "replay", "upload"})
"""Programs that speak with the words of courses too."""


@register.simple_tag
def program(name: str) -> SafeString:
    """The program ``name`` of ``assets/build.mjs`` for a page, after the words of its language.

    All are module scripts: they run in this order, after the page was read. Rooms carry no words of
    courses.
    """
    language = "zh" if _language().startswith("zh") else "en"
    books = ["words", "courses"] if name in OF_COURSES else ["words"]
    return format_html_join(
        "\n",
        '<script type="module" src="{}"></script>',
        ((static(f"build/{one}.js"),) for one in (*(f"{book}-{language}" for book in books), name)),
    )


@register.filter
def called(member: Member) -> str:
    """The member's name in the language of the page."""
    return member.display_name(_language())


@register.filter
def localname(thing: object) -> str:
    """The name of a unit or of the organisation in the language of the page."""
    named = getattr(thing, "name", None)
    return str(named(_language())) if callable(named) else str(thing)


@register.simple_tag
def labelled(field: BoundField, invalid: object = None) -> SafeString:
    """A form field's widget, tied to its error or hint for screen readers.

    ``invalid``: errors of the whole form that are shown at this field.
    """
    attrs = {"class": "input", **field.field.widget.attrs}
    if field.errors or invalid:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    elif field.help_text:
        attrs["aria-describedby"] = f"{field.auto_id}_helptext"
    return field.as_widget(attrs=attrs)


def _language() -> str:
    return get_language() or "en"
