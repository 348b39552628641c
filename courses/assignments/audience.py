"""To whom something is assigned: a small tree over facts about people. Knows no database.

A tree is stored as JSON, e.g. ``{"is": "minus", "keep": {"is": "unit", "unit": 7}, "less": {"is":
"people", "members": [12]}}``. ``matches`` says what a tree means for one person; the query that
finds everybody (``assignments.matching``) is tried against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import msgspec

MAX_DEPTH = 6
MAX_NODES = 100
MAX_PEOPLE = 500

Key = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class _Node(msgspec.Struct, frozen=True, tag_field="is", forbid_unknown_fields=True):
    """Anything in a tree."""


class Everybody(_Node, frozen=True, tag="everybody"):
    """Everybody who may sign in."""


class InUnit(_Node, frozen=True, tag="unit"):
    """In this department or group, or (``below``) in one of its sub-units."""

    unit: Key
    below: bool = True


class HasPost(_Node, frozen=True, tag="post"):
    """With this post, in Chinese or English, letter by letter."""

    post: Text


class HasRole(_Node, frozen=True, tag="role"):
    """With this role in any unit, or in this one."""

    role: Literal["member", "leader", "secretary", "admin"]
    unit: Key | None = None


class NewSince(_Node, frozen=True, tag="new_since"):
    """Whose account was made on this local date or later."""

    day: date


class People(_Node, frozen=True, tag="people"):
    """These people."""

    members: Annotated[tuple[Key, ...], msgspec.Meta(min_length=1, max_length=MAX_PEOPLE)]


class All(_Node, frozen=True, tag="all"):
    """Whoever is in every one of them."""

    of: Annotated[tuple[Audience, ...], msgspec.Meta(min_length=1)]


class Some(_Node, frozen=True, tag="any"):
    """Whoever is in one of them."""

    of: Annotated[tuple[Audience, ...], msgspec.Meta(min_length=1)]


class Minus(_Node, frozen=True, tag="minus"):
    """Whoever is in ``keep``, without those in ``less``."""

    keep: Audience
    less: Audience


Leaf = Everybody | InUnit | HasPost | HasRole | NewSince | People
Audience = Leaf | All | Some | Minus


class BadAudience(ValueError):
    """A tree that says nothing sensible; the text is for the developer."""


@dataclass(frozen=True)
class Person:
    """What a tree may ask about somebody: ``units`` she is in herself, ``above`` these and all
    units above them, ``roles`` as pairs of a unit and a role, ``since`` a local date."""

    key: int
    units: frozenset[int]
    above: frozenset[int]
    posts: frozenset[str]
    roles: frozenset[tuple[int, str]]
    since: date


def parse(data: object) -> Audience:
    """Read a tree from what JSON gave.

    Raises:
        BadAudience: not one, deeper than ``MAX_DEPTH`` or with more than ``MAX_NODES`` nodes.
    """
    # Depth first: what is too deep must not be walked by anything that calls itself.
    if _too_deep(data):
        raise BadAudience("too deep or too large")
    try:
        return msgspec.convert(data, Audience)  # type: ignore[no-any-return]
    except msgspec.ValidationError as wrong:
        raise BadAudience(str(wrong)) from wrong


def encode(audience: Audience) -> dict[str, object]:
    """The tree as it is stored."""
    made: dict[str, object] = msgspec.to_builtins(audience)
    return made


def _too_deep(data: object) -> bool:
    level, count = [data], 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_NODES:
            return True
        level = [part for one in level for part in _parts(one)]
        if not level:
            return False
    return True


def _parts(data: object) -> list[object]:
    if not isinstance(data, dict):
        return []
    inner = data.get("of")
    named = [data[key] for key in ("keep", "less") if key in data]
    return [*(inner if isinstance(inner, list) else []), *named]


def leaves(audience: Audience) -> Iterator[Leaf]:
    """Every condition of a tree."""
    if isinstance(audience, All | Some):
        for part in audience.of:
            yield from leaves(part)
    elif isinstance(audience, Minus):
        yield from leaves(audience.keep)
        yield from leaves(audience.less)
    else:
        yield audience


def matches(audience: Audience, who: Person) -> bool:
    """Whether ``who``, who may sign in, is in ``audience``."""
    if isinstance(audience, All):
        return all(matches(part, who) for part in audience.of)
    if isinstance(audience, Some):
        return any(matches(part, who) for part in audience.of)
    if isinstance(audience, Minus):
        return matches(audience.keep, who) and not matches(audience.less, who)
    return _fits(audience, who)


def _fits(leaf: Leaf, who: Person) -> bool:
    if isinstance(leaf, InUnit):
        return leaf.unit in (who.above if leaf.below else who.units)
    if isinstance(leaf, HasPost):
        return leaf.post in who.posts
    if isinstance(leaf, HasRole):
        return any(role == leaf.role and leaf.unit in (None, unit) for unit, role in who.roles)
    if isinstance(leaf, NewSince):
        return who.since >= leaf.day
    return isinstance(leaf, Everybody) or who.key in leaf.members
