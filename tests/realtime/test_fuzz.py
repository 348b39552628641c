"""Nonsense on the wire: refused with a code or closed with one; the room goes on."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveclass.dispatch import NotACommand, decode
from realtime.protocol.base import Command
from realtime.protocol.refusals import REFUSAL_CODES
from tests.realtime.classroom import Classroom

TYPES = [
    "hello", "ping", "class.start", "chat.post", "chat.recall", "chat.pin", "reaction.send",
    "hand.raise", "hand.lower", "poll.create", "poll.open", "poll.vote", "poll.close",
    "poll.publish", "poll.repeat", "poll.moderate", "question.ask", "question.upvote",
    "whisper.send", "whisper.answer", "whisper.read", "whisper.withdraw", "whisper.delete",
    "whisper.block", "whisper.report",
    "question.take", "question.answer", "question.dismiss", "question.merge", "question.flag",
    "question.permit", "nothing", "", 7, None,
]  # fmt: skip
NAMES = [
    "id", "text", "message", "poll", "options", "question", "member", "on", "kind", "t", "open",
    "reply_to", "least", "most", "answers", "correct", "seconds", "ticket", "version", "extra",
    "to", "thread", "letter", "anonymous", "unit", "reason",
    "others", "reason", "words", "anonymous",
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
people = itertools.count()
"""Another one for each example: nobody is let in as often as a fuzzer comes."""
MESSAGES = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional=dict.fromkeys(NAMES, VALUES),
)
FRAMES = MESSAGES.map(json.dumps) | VALUES.map(json.dumps) | st.text(max_size=200)


@given(FRAMES)
@settings(max_examples=300, deadline=None)
def test_decoding_gives_a_command_or_says_why_not(frame: str) -> None:
    refused: NotACommand | None = None
    try:
        command = decode(frame)
    except NotACommand as bad:
        refused = bad
    if refused is None:
        assert isinstance(command, Command)
        assert json.loads(msgspec.json.encode(command))["type"] in TYPES
    else:
        assert refused.code in REFUSAL_CODES
        assert len(refused.id) <= 36


@given(FRAMES)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_room_goes_on_after_any_frame(classroom: Classroom, frame: str) -> None:
    async def try_it() -> None:
        page = await classroom.page(f"m{next(people) % 60}")
        await page.socket.send(frame)
        ping: dict[str, Any] = {"type": "ping", "t": 4.25}
        await page.send(ping)
        assert (await page.wait_for("pong", "bye"))["type"] == "pong"
        for answer in page.all("refused"):
            assert answer["code"] in REFUSAL_CODES
            assert answer["code"] != "server_error"
        await classroom.close_pages()

    asyncio.run(try_it())
