"""What a question asks and what is right: one structure per kind, stored as JSON. No database.

An item holds the key. Only ``PublicQuestion`` ever leaves the server before the answers are
released: it is built from what is shown, never by taking the key away from something.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

import msgspec

MAX_OPTIONS = 10
MAX_OPTION = 300
"""Characters of one option."""
MAX_ACCEPTED = 20
"""Accepted answers of a short text."""
MAX_ANSWER = 200
"""Characters of a written answer."""
MAX_EXPLANATION = 2000

Options = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_OPTION)], ...],
    msgspec.Meta(min_length=2, max_length=MAX_OPTIONS),
]
Place = Annotated[int, msgspec.Meta(ge=0, lt=MAX_OPTIONS)]
PartialRule = Literal["none", "subset", "balanced"]


class _Item(
    msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True
):
    explanation: Annotated[str, msgspec.Meta(max_length=MAX_EXPLANATION)] = ""


class Single(_Item, frozen=True, tag="single", kw_only=True):
    """One option is right."""

    options: Options
    right: Place


class Multiple(_Item, frozen=True, tag="multiple", kw_only=True):
    """Every option in ``right`` is to be chosen, and no other."""

    options: Options
    right: Annotated[frozenset[Place], msgspec.Meta(min_length=1)]
    partial: PartialRule = "none"


class TrueFalse(_Item, frozen=True, tag="true_false", kw_only=True):
    """The text is true, or it is not."""

    right: bool


class Ordering(_Item, frozen=True, tag="ordering", kw_only=True):
    """``options`` in their right order; always shown in another, drawn one."""

    options: Options
    partial: PartialRule = "none"


class Numeric(_Item, frozen=True, tag="numeric", kw_only=True):
    """A number, right within ``tolerance`` of ``value`` on either side, both ends included.

    Numbers are decimal text, so that what the author wrote is what is compared. ``percent``: the
    tolerance is a percentage of the value. ``unit`` stands beside the field and may be typed too.
    """

    value: Annotated[str, msgspec.Meta(max_length=40)]
    tolerance: Annotated[str, msgspec.Meta(max_length=40)] = "0"
    percent: bool = False
    unit: Annotated[str, msgspec.Meta(max_length=20)] = ""


class ShortText(_Item, frozen=True, tag="short_text", kw_only=True):
    """Any of ``accepted``, compared as ``wording.plain`` writes them."""

    accepted: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ANSWER)], ...],
        msgspec.Meta(min_length=1, max_length=MAX_ACCEPTED),
    ]
    exact_case: bool = False


Item = Single | Multiple | TrueFalse | Ordering | Numeric | ShortText
Answer = int | list[int] | str | None
"""A position as shown, several of them, or text; None: nothing was answered."""


class BadItem(ValueError):
    """Something that cannot be a question; ``code`` says what, for a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PublicQuestion(msgspec.Struct, frozen=True):
    """What a member sees of a question: nothing here depends on what is right."""

    id: int
    version: int
    kind: str
    text: str
    options: tuple[str, ...] = ()
    unit: str = ""


def kind_of(item: Item) -> str:
    """The kind as it is stored."""
    return str(item.__struct_config__.tag)


def options_of(item: Item) -> tuple[str, ...]:
    """The options in the author's order; none where nothing is chosen."""
    return item.options if isinstance(item, Single | Multiple | Ordering) else ()


def encode(item: Item) -> str:
    """The item as it is stored; the same item is always the same text."""
    return msgspec.json.encode(item, order="deterministic").decode()


def decode(data: str | bytes) -> Item:
    """Read a stored item.

    Raises:
        BadItem: not one (``unreadable``), or one that ``checked`` refuses.
    """
    try:
        item: Item = msgspec.json.decode(data, type=Item)
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise BadItem("unreadable") from wrong
    return checked(item)


def checked(item: Item) -> Item:
    """The same item, once it is known to be answerable.

    Raises:
        BadItem: ``options_count``, ``option_empty``, ``option_long``, ``option_twice``,
            ``right_missing``, ``right_unknown``, ``accepted_count``, ``accepted_long``,
            ``number``, ``tolerance``.
    """
    if isinstance(item, Single | Multiple | Ordering):
        _check_options(item.options)
    match item:
        case Single():
            _require(item.right < len(item.options), "right_unknown")
        case Multiple():
            _require(bool(item.right), "right_missing")
            _require(max(item.right) < len(item.options), "right_unknown")
        case Numeric():
            _require(_is_number(item.value), "number")
            _require(_is_number(item.tolerance) and Decimal(item.tolerance) >= 0, "tolerance")
        case ShortText():
            _require(0 < len(item.accepted) <= MAX_ACCEPTED, "accepted_count")
            _require(all(one.strip() for one in item.accepted), "accepted_count")
            _require(all(len(one) <= MAX_ANSWER for one in item.accepted), "accepted_long")
        case _:
            pass
    _require(len(item.explanation) <= MAX_EXPLANATION, "explanation_long")
    return item


def _check_options(options: tuple[str, ...]) -> None:
    _require(2 <= len(options) <= MAX_OPTIONS, "options_count")
    _require(all(one.strip() for one in options), "option_empty")
    _require(all(len(one) <= MAX_OPTION for one in options), "option_long")
    _require(len(set(options)) == len(options), "option_twice")


def _is_number(text: str) -> bool:
    """Whether it is plain decimal notation: finite, and of a size that is quick to compare."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and len(text) <= 40 and -30 <= exponent <= 30


def _require(holds: bool, code: str) -> None:
    if not holds:
        raise BadItem(code)
