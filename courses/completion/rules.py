"""What completes a course: a small tree of rules over what a member has done. Knows no database.

A tree is stored as JSON, e.g. ``{"rule": "all", "of": [{"rule": "watched", "lesson": 7,
"permille": 950}, {"rule": "any", "of": [...]}]}``. Every leaf compares one measure (how much she
has) with one number (how much it takes), so that whatever is missing can be said in the same words
everywhere. ``judge`` decides and explains in one go: the page that lists what is missing and the
action that records the completion can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

MAX_DEPTH = 6
MAX_LEAVES = 200

Permille = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Key = Annotated[int, msgspec.Meta(ge=1)]


class _Node(msgspec.Struct, frozen=True, tag_field="rule", forbid_unknown_fields=True):
    """Anything in a tree."""


class Watched(_Node, frozen=True, tag="watched"):
    """So much of a video or audio lesson was really played."""

    lesson: Key
    permille: Permille = 950


class Read(_Node, frozen=True, tag="read"):
    """So many of a document's pages were looked at; an article is one page."""

    lesson: Key
    permille: Permille = 1000


class Passed(_Node, frozen=True, tag="passed"):
    """The best attempt at a quiz reached this mark, in thousandths of all points."""

    lesson: Key
    permille: Permille = 600


class Attended(_Node, frozen=True, tag="attended"):
    """So much of a class was attended: live, in the replay, or both together as one cover."""

    lesson: Key
    permille: Permille = 800
    way: Literal["live", "replay", "together"] = "together"


class Present(_Node, frozen=True, tag="present"):
    """The host of an in-person session marked her as there for so much of it."""

    lesson: Key
    permille: Permille = 1000


class Answered(_Node, frozen=True, tag="answered"):
    """So many of the questions at times of a recording were answered."""

    lesson: Key
    permille: Permille = 1000


class Finished(_Node, frozen=True, tag="finished"):
    """Another course was completed before: a prerequisite."""

    course: Key


Leaf = Watched | Read | Passed | Attended | Present | Answered | Finished


class All(_Node, frozen=True, tag="all"):
    """Every one of them; nothing to do is done."""

    of: tuple[Rule, ...]


class Some(_Node, frozen=True, tag="any"):
    """One of them."""

    of: Annotated[tuple[Rule, ...], msgspec.Meta(min_length=1)]


class AtLeast(_Node, frozen=True, tag="at_least"):
    """``number`` of them."""

    number: Annotated[int, msgspec.Meta(ge=1)]
    of: Annotated[tuple[Rule, ...], msgspec.Meta(min_length=1)]


Rule = Leaf | All | Some | AtLeast


class BadRule(ValueError):
    """A stored or submitted tree that says nothing sensible; the text is for the developer."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one node.

    Args:
        met: whether it is fulfilled; has, needs: thousandths for a leaf, fulfilled branches and the
            number that it takes for anything else; parts: the branches.
    """

    rule: Rule
    met: bool
    has: int
    needs: int
    parts: tuple[Judged, ...] = ()


def parse(data: bytes | str) -> Rule:
    """Read a tree.

    Raises:
        BadRule: not one, deeper than ``MAX_DEPTH``, or with more than ``MAX_LEAVES`` leaves.
    """
    try:
        rule: Rule = msgspec.json.decode(data, type=Rule)
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise BadRule(str(wrong)) from wrong
    return checked(rule)


def checked(rule: Rule) -> Rule:
    """The same tree, once it is known to be of bounded size and possible to fulfil.

    Raises:
        BadRule: as in ``parse``, or at least more than there are.
    """
    if _depth(rule) > MAX_DEPTH:
        raise BadRule(f"a rule has at most {MAX_DEPTH} levels")
    if sum(1 for _ in leaves(rule)) > MAX_LEAVES:
        raise BadRule(f"a rule has at most {MAX_LEAVES} conditions")
    for node in _nodes(rule):
        if isinstance(node, AtLeast) and node.number > len(node.of):
            raise BadRule(f"at least {node.number} of {len(node.of)} can never be")
    return rule


def encode(rule: Rule) -> str:
    """The tree as it is stored."""
    return msgspec.json.encode(rule).decode()


def leaves(rule: Rule) -> Iterator[Leaf]:
    """Every condition, in the order of the tree."""
    for node in _nodes(rule):
        if not isinstance(node, All | Some | AtLeast):
            yield node


def with_checkpoints(rule: Rule, lessons: Container[int]) -> Rule:
    """The same tree, in which watching one of ``lessons`` takes its questions too."""
    if isinstance(rule, Watched) and rule.lesson in lessons:
        return All((rule, Answered(lesson=rule.lesson)))
    if isinstance(rule, All | Some | AtLeast):
        parts = tuple(with_checkpoints(part, lessons) for part in rule.of)
        return msgspec.structs.replace(rule, of=parts)
    return rule


def judge(rule: Rule, measure: Callable[[Leaf], int]) -> Judged:
    """Decide ``rule``.

    Args:
        measure: how much of a leaf there is, in thousandths; asked once for every leaf, also where
            the decision is clear already, because the member is told of all.
    """
    if not isinstance(rule, All | Some | AtLeast):
        has = measure(rule)
        needs = 1000 if isinstance(rule, Finished) else rule.permille
        return Judged(rule, has >= needs, has, needs)
    parts = tuple(judge(part, measure) for part in rule.of)
    has, needs = sum(part.met for part in parts), _needed(rule)
    return Judged(rule, has >= needs, has, needs, parts)


def still_missing(judged: Judged) -> Iterator[Judged]:
    """The leaves that would bring her nearer; none where a branch is fulfilled already."""
    if judged.met:
        return
    if not judged.parts:
        yield judged
    for part in judged.parts:
        yield from still_missing(part)


def next_steps(judged: Judged) -> Iterator[Judged]:
    """What is left to do: leaves that have to be fulfilled, and choices, which are given back whole
    where more is open in them than they take."""
    if judged.met:
        return
    if not judged.parts:
        yield judged
        return
    unmet = [part for part in judged.parts if not part.met]
    if len(unmet) > judged.needs - judged.has:
        yield judged
        return
    for part in unmet:
        yield from next_steps(part)


def progress(judged: Judged) -> int:
    """How far she has come, in thousandths, truncated; 1000 exactly when it is fulfilled.

    Of alternatives the ones that are furthest count.
    """
    if judged.met:
        return 1000
    if not judged.parts:
        return min(999, judged.has * 1000 // judged.needs)
    nearest = sorted(map(progress, judged.parts), reverse=True)[: judged.needs]
    return min(999, sum(nearest) // judged.needs)


def _needed(rule: All | Some | AtLeast) -> int:
    match rule:
        case All():
            return len(rule.of)
        case Some():
            return 1
        case AtLeast():
            return rule.number


def _nodes(rule: Rule) -> Iterator[Rule]:
    yield rule
    if isinstance(rule, All | Some | AtLeast):
        for part in rule.of:
            yield from _nodes(part)


def _depth(rule: Rule) -> int:
    if not isinstance(rule, All | Some | AtLeast):
        return 1
    return 1 + max(map(_depth, rule.of), default=0)
