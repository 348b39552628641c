"""Rows of a spreadsheet as questions: what each column may say, in both languages. No database."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from courses.quizzes import wording
from courses.quizzes.bank.workbook import BadSheet, Line
from courses.quizzes.items import (
    BadItem,
    Item,
    Multiple,
    Numeric,
    Ordering,
    PartialRule,
    ShortText,
    Single,
    TrueFalse,
    checked,
    encode,
    kind_of,
)

LETTERS = "ABCDEFGHIJ"
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("编号", "code", "题号"),
    "kind": ("题型", "kind", "type"),
    "text": ("题目", "question", "题干"),
    **{f"option_{one.lower()}": (f"选项{one}", f"option {one.lower()}") for one in LETTERS},
    "right": ("答案", "answer", "正确答案"),
    "points": ("分值", "points"),
    "partial": ("部分得分", "partial"),
    "tolerance": ("允许误差", "tolerance"),
    "unit": ("单位", "unit"),
    "topic": ("知识点", "topic"),
    "explanation": ("解析", "explanation"),
}
"""What a column may be called: the first name is written in Chinese templates, the second in
English ones."""
NEEDED = ("kind", "text", "right")
KINDS: dict[str, tuple[str, ...]] = {
    "single": ("单选", "single choice", "单选题", "single"),
    "multiple": ("多选", "multiple choice", "多选题", "multiple"),
    "true_false": ("判断", "true or false", "判断题", "true_false"),
    "ordering": ("排序", "ordering", "排序题"),
    "numeric": ("数值", "number", "计算题", "填数", "numeric"),
    "short_text": ("简答", "short text", "简答题", "填空题", "填空", "short_text"),
}
TRUE = ("对", "true", "正确", "是", "t", "yes", "√", "✓")
FALSE = ("错", "false", "错误", "否", "f", "no", "×", "x", "✗")
PARTIAL: dict[str, PartialRule] = {
    "": "none", "否": "none", "none": "none", "选错不得分": "subset", "subset": "subset",
    "选错倒扣": "balanced", "balanced": "balanced",
}  # fmt: skip
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
SEPARATOR = "|"


class Row(msgspec.Struct, frozen=True):
    """One question that was read, ready to be written."""

    number: int
    code: str
    text: str
    topic: str
    points: int
    content: str
    kind: str


@dataclass(frozen=True)
class Fault:
    """Why a row is left out: the ``column`` (a key of ``COLUMNS``, or empty) and a stable code."""

    number: int
    column: str
    code: str


class _Wrong(ValueError):
    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column, self.code = column, code


def parse(lines: Sequence[Line]) -> tuple[list[Row], list[Fault]]:
    """The questions of a sheet, and what is wrong with the rows that hold none.

    Raises:
        BadSheet: ``columns``: the first row does not name what is needed.
    """
    places = _places(lines[0].cells)
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line in lines[1:]:
        try:
            row = _row(line, _named(line.cells, places))
            if row.code in seen:
                raise _Wrong("code", "twice")
        except _Wrong as wrong:
            faults.append(Fault(line.number, wrong.column, wrong.code))
        else:
            seen[row.code] = row.number
            rows.append(row)
    return rows, faults


def _places(head: Sequence[str]) -> dict[str, int]:
    known = {_key(name): column for column, names in COLUMNS.items() for name in names}
    places: dict[str, int] = {}
    for place, cell in enumerate(head):
        column = known.get(_key(cell))
        if column is not None:
            places.setdefault(column, place)
    if any(one not in places for one in NEEDED):
        raise BadSheet("columns")
    return places


def _key(text: str) -> str:
    return wording.plain(text).replace(" ", "").rstrip("*")


def _named(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    named = dict.fromkeys(COLUMNS, "")
    named.update({one: cells[at] for one, at in places.items() if at < len(cells)})
    return named


def _row(line: Line, cells: Mapping[str, str]) -> Row:
    text = cells["text"]
    _require(bool(text), "text", "missing")
    _require(len(text) <= 1000, "text", "long")
    _require(len(cells["topic"]) <= 60, "topic", "long")
    try:
        item = checked(_item(cells))
    except BadItem as bad:
        raise _Wrong("", bad.code) from bad
    kind = kind_of(item)
    return Row(
        number=line.number,
        code=_code(cells["code"], kind, text),
        text=text,
        topic=cells["topic"],
        points=_points(cells["points"]),
        content=encode(item),
        kind=kind,
    )


def _item(cells: Mapping[str, str]) -> Item:
    kind = _find(KINDS, cells["kind"])
    if kind is None:
        raise _Wrong("kind", "unknown" if cells["kind"] else "missing")
    return READERS[kind](cells)


def _find(names: Mapping[str, Sequence[str]], text: str) -> str | None:
    wanted = _key(text)
    return next((one for one, known in names.items() if wanted in map(_key, known)), None)


def _options(cells: Mapping[str, str]) -> tuple[str, ...]:
    """The options up to the last one that is filled in; a gap would shift the letters."""
    found = [cells[f"option_{one.lower()}"] for one in LETTERS]
    while found and not found[-1]:
        found.pop()
    _require(len(found) >= 2, "option_a", "options_count")
    _require(all(found), f"option_{LETTERS[_gap(found)].lower()}", "option_empty")
    return tuple(found)


def _gap(found: Sequence[str]) -> int:
    return next((place for place, one in enumerate(found) if not one), 0)


def _letters(text: str, count: int) -> list[int]:
    """Places of letters such as ``ACD``, ``A, C`` or full-width ones."""
    typed = [one for one in wording.ordinary(text).upper() if one not in " ,;/&+|."]
    _require(bool(typed), "right", "missing")
    _require(all(one in LETTERS[:count] for one in typed), "right", "letter")
    _require(len(set(typed)) == len(typed), "right", "letter")
    return [LETTERS.index(one) for one in typed]


def _single(cells: Mapping[str, str]) -> Item:
    options = _options(cells)
    chosen = _letters(cells["right"], len(options))
    _require(len(chosen) == 1, "right", "one_letter")
    return Single(options=options, right=chosen[0], explanation=cells["explanation"])


def _multiple(cells: Mapping[str, str]) -> Item:
    options = _options(cells)
    return Multiple(
        options=options,
        right=frozenset(_letters(cells["right"], len(options))),
        partial=_partial(cells["partial"]),
        explanation=cells["explanation"],
    )


def _true_false(cells: Mapping[str, str]) -> Item:
    typed = _key(cells["right"])
    said = {**dict.fromkeys(map(_key, TRUE), True), **dict.fromkeys(map(_key, FALSE), False)}
    _require(typed in said, "right", "truth")
    return TrueFalse(right=said[typed], explanation=cells["explanation"])


def _ordering(cells: Mapping[str, str]) -> Item:
    """The answer is the right order as letters; empty: the options stand in it already."""
    options = _options(cells)
    if cells["right"]:
        order = _letters(cells["right"], len(options))
        _require(len(order) == len(options), "right", "whole_order")
        options = tuple(options[one] for one in order)
    partial = _partial(cells["partial"])
    return Ordering(options=options, partial=partial, explanation=cells["explanation"])


def _numeric(cells: Mapping[str, str]) -> Item:
    unit = cells["unit"]
    _require(len(unit) <= 20, "unit", "long")
    tolerance = wording.ordinary(cells["tolerance"]).strip() or "0"
    percent = tolerance.endswith("%")
    return Numeric(
        value=_decimal(cells["right"], "right"),
        tolerance=_decimal(tolerance.rstrip("% "), "tolerance"),
        percent=percent,
        unit=unit,
        explanation=cells["explanation"],
    )


def _decimal(text: str, column: str) -> str:
    """The text of a number in plain notation, thousands' commas taken out."""
    _require(wording.number(text) is not None, column, "number" if text else "missing")
    return "".join(wording.ordinary(text).split()).replace(",", "")


def _short_text(cells: Mapping[str, str]) -> Item:
    parts = wording.ordinary(cells["right"]) if "｜" in cells["right"] else cells["right"]
    accepted = tuple(one.strip() for one in parts.split(SEPARATOR) if one.strip())
    _require(bool(accepted), "right", "missing")
    return ShortText(accepted=accepted, explanation=cells["explanation"])


READERS: dict[str, Callable[[Mapping[str, str]], Item]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "ordering": _ordering,
    "numeric": _numeric,
    "short_text": _short_text,
}


def _partial(text: str) -> PartialRule:
    found = PARTIAL.get(_key(text))
    if found is None:
        raise _Wrong("partial", "unknown")
    return found


def _points(text: str) -> int:
    typed = wording.ordinary(text).strip() or "1"
    _require(typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= 100, "points", "range")
    return int(typed)


def _code(text: str, kind: str, question: str) -> str:
    """The code, or without one a mark of the question itself: the same sheet twice is the same."""
    typed = wording.ordinary(text).strip()
    if not typed:
        digest = hashlib.sha256(f"{kind}\n{wording.plain(question)}".encode()).hexdigest()
        return f"auto-{digest[:12]}"
    _require(CODE.match(typed) is not None, "code", "code")
    return typed


def _require(holds: bool, column: str, code: str) -> None:
    if not holds:
        raise _Wrong(column, code)


def head(language: str) -> list[str]:
    """The names of the columns of a template in ``language``."""
    place = 0 if language.startswith("zh") else 1
    return [names[place].capitalize() for names in COLUMNS.values()]
