"""An audience in words, and as the choices of the form that made it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from courses.assignments.audience import (
    All,
    Audience,
    BadAudience,
    Everybody,
    HasPost,
    HasRole,
    InUnit,
    Leaf,
    Minus,
    NewSince,
    People,
    Some,
    leaves,
    parse,
)
from courses.assignments.models import AssignmentChange, Fact
from members.accounts.models import Member
from members.units.models import Unit, UnitRoleKind

MOST_NAMES = 10
"""People of an audience who are named; of the others only the number is said."""


def in_words(audiences: Iterable[Audience]) -> list[str]:
    """Each of ``audiences`` as a sentence in the reader's language; two queries for all of them."""
    trees = list(audiences)
    every = [leaf for tree in trees for leaf in leaves(tree)]
    units = {one.unit for one in every if isinstance(one, InUnit | HasRole) and one.unit}
    people = {who for one in every if isinstance(one, People) for who in one.members[:MOST_NAMES]}
    language = get_language() or ""
    names = {one.pk: one.name(language) for one in Unit.objects.filter(pk__in=units)}
    called = {
        one.pk: one.display_name(language)
        for one in Member.objects.filter(pk__in=people).only("pk", "name", "name_latin")
    }
    return [_tree(tree, names, called) for tree in trees]


def _tree(tree: Audience, units: Mapping[int, str], people: Mapping[int, str]) -> str:
    if isinstance(tree, Minus):
        keep, less = (_inside(one, Minus, units, people) for one in (tree.keep, tree.less))
        return _("%(keep)s, without %(less)s") % {"keep": keep, "less": less}
    if isinstance(tree, All | Some):
        parts = [_inside(part, type(tree), units, people) for part in tree.of]
        return (_(" and ") if isinstance(tree, All) else _(" or ")).join(parts)
    return _leaf(tree, units, people)


def _inside(
    tree: Audience, around: type, units: Mapping[int, str], people: Mapping[int, str]
) -> str:
    """A part of a choice; in brackets where it could be read otherwise."""
    text = _tree(tree, units, people)
    several = isinstance(tree, All | Some) and len(tree.of) > 1 and type(tree) is not around
    return _("(%(text)s)") % {"text": text} if several or isinstance(tree, Minus) else text


def _leaf(leaf: Leaf, units: Mapping[int, str], people: Mapping[int, str]) -> str:
    if isinstance(leaf, InUnit):
        name = units.get(leaf.unit, _("a unit that is gone"))
        return name if leaf.below else _("%(unit)s without its sub-units") % {"unit": name}
    if isinstance(leaf, HasPost):
        return _("with the post “%(post)s”") % {"post": leaf.post}
    if isinstance(leaf, HasRole):
        role = str(UnitRoleKind(leaf.role).label)
        return role if leaf.unit is None else f"{role} ({units.get(leaf.unit, '?')})"
    if isinstance(leaf, NewSince):
        return _("newcomers since %(day)s") % {"day": leaf.day.isoformat()}
    if isinstance(leaf, Everybody):
        return _("everybody")
    named = [people[who] for who in leaf.members[:MOST_NAMES] if who in people]
    more = len(leaf.members) - len(named)
    rest = [ngettext("%(n)d more person", "%(n)d more people", more) % {"n": more}] if more else []
    return _(", ").join([*named, *rest])


def history(changes: Iterable[AssignmentChange]) -> list[tuple[AssignmentChange, str, str]]:
    """Changes with what was and what is, as a reader understands it."""
    rows = list(changes)
    trees = [one for one in rows if one.fact == Fact.AUDIENCE]
    texts = [text for one in trees for text in (one.before, one.after)]
    said = dict(zip(texts, in_words(_read(text) for text in texts), strict=True))
    return [(one, _said(one, one.before, said), _said(one, one.after, said)) for one in rows]


def _read(text: str) -> Audience:
    try:
        return parse(json.loads(text))
    except (ValueError, BadAudience):
        return Everybody()


def _said(change: AssignmentChange, text: str, audiences: Mapping[str, str]) -> str:
    if change.fact == Fact.AUDIENCE:
        return audiences[text]
    if change.fact == Fact.DUE and text.endswith(" d"):
        days = int(text.removesuffix(" d"))
        form = ngettext("%(n)d day for each person", "%(n)d days for each person", days)
        return form % {"n": days}
    if change.fact == Fact.ESCALATES:
        return _("Yes") if text == "true" else _("No")
    return "" if change.fact == Fact.ENDED else text


def choices(audience: Audience) -> dict[str, object] | None:
    """The fields of the form that make ``audience``; None if no choice there makes it."""
    keep, less = audience, None
    if isinstance(audience, Minus):
        if not isinstance(audience.less, People):
            return None
        keep, less = audience.keep, audience.less
    base, also = _with_people(keep)
    if base is None:
        return None
    joined, parts = _parts(base)
    found: dict[str, object] = {
        "without": sorted(less.members) if less else [], "also": also, "joined": joined,
    }  # fmt: skip
    for part in parts:
        named = _choice(part)
        if named is None or named[0] in found:
            return None
        found[named[0]] = named[1]
    return found


def _with_people(keep: Audience) -> tuple[Audience | None, list[int]]:
    """What is left without the people who are named, and who they are."""
    if isinstance(keep, People):
        return Everybody(), sorted(keep.members)
    if isinstance(keep, Some) and isinstance(keep.of[-1], People):
        if len(keep.of) != 2 or isinstance(keep.of[0], Everybody):
            return None, []
        return keep.of[0], sorted(keep.of[-1].members)
    return keep, []


def _parts(base: Audience) -> tuple[str, tuple[Audience, ...]]:
    """How the facts of the form go together, and which they are."""
    if isinstance(base, All):
        return "all", base.of
    if isinstance(base, Some) and _choice(base) is None:
        return "any", base.of
    return "all", () if isinstance(base, Everybody) else (base,)


def _choice(part: Audience) -> tuple[str, object] | None:
    if isinstance(part, InUnit) and part.below:
        return "units", [part.unit]
    if isinstance(part, Some) and all(isinstance(one, InUnit) and one.below for one in part.of):
        return "units", sorted({one.unit for one in part.of if isinstance(one, InUnit)})
    if isinstance(part, HasPost):
        return "post", part.post
    if isinstance(part, HasRole) and part.unit is None:
        return "role", part.role
    if isinstance(part, NewSince):
        return "new_since", part.day
    return None
