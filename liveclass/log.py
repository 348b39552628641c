"""The durable events of a room as they may be told now, to a page that was away.

The log keeps what was said for ever; what was taken back since is told without its text. So nobody
learns more by coming back than by entering anew.
"""

from __future__ import annotations

from typing import Any

import msgspec

from liveclass.chat import queries as chat
from liveclass.polls import queries as polls
from liveclass.questions import queries as questions
from liveclass.rooms import queries as rooms

MOST = 500
"""Durable events that are sent to a returning page; beyond it a snapshot is shorter."""

Numbered = tuple[int, bytes]


def told(room_id: int, since: int, *, staff: bool) -> list[Numbered] | None:
    """The events after ``since`` for one audience, encoded; None when more than ``MOST``.

    Lines that were recalled have no text, and written answers that were hidden are not told. For
    members, neither have questions that were set aside: their authors need a snapshot of their own.
    """
    events = rooms.events_since(room_id, since, MOST)
    if not events:
        return None if events is None else []
    lines = msgspec.to_builtins(chat.recalled(room_id), str_keys=False)
    hidden = set() if staff else questions.dismissed(room_id)
    if any(event["type"] == "poll.published" for event in events):
        unseen = polls.hidden_answers(room_id)
        events = [polls.without_hidden(event, unseen) for event in events]
    return [(event["seq"], msgspec.json.encode(_seen(event, lines, hidden))) for event in events]


def _seen(event: dict[str, Any], lines: dict[int, Any], hidden: set[int]) -> dict[str, Any]:
    line, question = event.get("line"), event.get("question")
    if line is not None and line["id"] in lines:
        return event | {"line": lines[line["id"]]}
    if event["type"] == "chat.edited" and event["message"] in lines:
        return event | {"text": ""}
    if question is not None and question["id"] in hidden:
        return event | {"question": question | {"text": "", "answer": "", "phase": "dismissed"}}
    return event
