"""Numbers of rows, made the same on every database: the first poll of a scenario is always 1."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from realtime.protocol import events as e
from realtime.protocol import state as s

IDS: dict[tuple[type, str], str] = {
    (s.Person, "id"): "person",
    (s.ChatLine, "id"): "message",
    (s.ChatLine, "reply_to"): "message",
    (s.PollOption, "id"): "option",
    (s.PollCount, "option"): "option",
    (s.PollState, "id"): "poll",
    (s.PollState, "mine"): "option",
    (s.PollState, "correct"): "option",
    (s.PollState, "origin"): "poll",
    (s.PollState, "deck"): "deck",
    (s.PollAnswer, "id"): "answer",
    (s.QuestionState, "id"): "question",
    (s.QuestionState, "into"): "question",
    (s.RoomState, "asked"): "question",
    (e.ChatRecalled, "message"): "message",
    (e.PollClosed, "poll"): "poll",
    (e.PollPublished, "poll"): "poll",
    (e.PollPublished, "correct"): "option",
    (e.PollTally, "poll"): "poll",
    (e.PollKey, "poll"): "poll",
    (e.PollKey, "correct"): "option",
    (e.TrayChanged, "polls"): "poll",
    (e.QuestionVotes, "question"): "question",
    (e.MyVote, "poll"): "poll",
    (e.MyVote, "options"): "option",
    (e.MyUpvote, "question"): "question",
    (s.BreakSpan, "id"): "break",
    (s.CheckState, "id"): "check",
    (e.CheckClosed, "check"): "check",
    (e.CheckTally, "check"): "check",
    (e.MyCheck, "check"): "check",
    (e.MyQuestions, "questions"): "question",
    (e.QuestionFlagged, "question"): "question",
    (e.QuestionAside, "question"): "question",
    (s.SlidesState, "deck"): "deck",
    (s.StrokeState, "id"): "stroke",
    (e.SlidesErased, "strokes"): "stroke",
}
"""Every field of the wire that names a row, and of which kind."""


class Renumber:
    """Gives each row of a kind the next small number, in the order in which rows are met."""

    def __init__(self) -> None:
        self.known: dict[str, dict[int, int]] = defaultdict(dict)

    def __call__(self, value: Any) -> Any:
        """``value`` with small numbers; structs, and lists of them."""
        if isinstance(value, list):
            return [self(one) for one in value]
        if not isinstance(value, msgspec.Struct):
            return value
        fields = {
            name: self._field(type(value), name, getattr(value, name))
            for name in value.__struct_fields__
        }
        return type(value)(**fields)

    def _field(self, kind: type, name: str, value: Any) -> Any:
        row = IDS.get((kind, name))
        if row is None:
            return self(value)
        if isinstance(value, list):
            return [self._number(row, one) for one in value]
        return None if value is None else self._number(row, value)

    def _number(self, row: str, value: int) -> int:
        known = self.known[row]
        return known.setdefault(value, len(known) + 1)
