"""Where pages say what was played: one small address beside Django, for thousands of pages.

``POST /watched`` takes JSON: the sealed lease, the number of the report, what was played, where to
go on. It needs no cookie and no header, so that ``navigator.sendBeacon`` can carry the last word of
a page that is being closed. The lease is checked with one HMAC; the writer takes the reports of
many pages in one transaction, and the answer follows the commit.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Annotated, Any

import msgspec

from courses.completion.actions import record_all
from courses.completion.book import Report, Taken
from courses.completion.ranges import LONGEST
from realtime.protocol.refusals import Refusal, RefusalCode
from realtime.tickets import LessonLease, TicketError, verify
from realtime.writer import Together, Writer

PATH = "/watched"
MAX_BODY = 16 * 1024
MOST_RANGES = 256
"""Ranges in one report; a page that has more sends several."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Sentence = Callable[[str, str], str]

Tick = Annotated[int, msgspec.Meta(ge=0, le=LONGEST)]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a report."""

    lease: Annotated[str, msgspec.Meta(max_length=2048)]
    number: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
    played: Annotated[list[tuple[Tick, Tick]], msgspec.Meta(max_length=MOST_RANGES)]
    position: Tick


class Told(msgspec.Struct, frozen=True):
    """The answer: newest report taken, what is covered, the most ever reached, and whether the
    page still has the lesson."""

    number: int
    watched: tuple[tuple[int, int], ...]
    permille: int
    open: bool


class Refused(msgspec.Struct, frozen=True):
    """The answer to a report that was not taken; with ``retry_ms`` it may be sent again."""

    code: RefusalCode
    retry_ms: int


_decoder = msgspec.json.Decoder(Said)
_encoder = msgspec.json.Encoder()
_STATUS = {"busy": 503, "malformed": 400, "too_large": 413, "lesson_closed": 409}


def take_all(_scope: object, reports: Sequence[Report]) -> list[Taken | Refusal]:
    """A batch, as the writer hands it over."""
    return record_all(reports)


class WatchedDoor:
    """ASGI application for ``PATH``.

    Args:
        writer: who writes; secret: with which leases are sealed.
    """

    def __init__(self, writer: Writer, secret: bytes) -> None:
        self._writer = writer
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            if scope["method"] != "POST":
                return await _answer(send, 405, b"", (b"allow", b"POST"))
            report = self._report(await _body(receive))
            taken = await self._writer.run(Together(take_all, None, report))
        except Refusal as no:
            return await _refuse(send, no)
        told = Told(taken.number, taken.watched, taken.permille, taken.open)
        return await _answer(send, 200, _encoder.encode(told))

    def _report(self, body: bytes) -> Report:
        """What the page says, once it is known to be what it says.

        Raises:
            Refusal: ``malformed``, ``ticket_invalid`` or ``ticket_expired``.
        """
        try:
            said = _decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Refusal("malformed") from None
        if any(start > end for start, end in said.played):
            raise Refusal("malformed")
        try:
            lease = verify(said.lease, LessonLease, self._secret, time.time())
        except TicketError as no:
            raise Refusal(
                "ticket_expired" if no.code == "ticket_expired" else "ticket_invalid"
            ) from no
        return Report(
            lease=lease.lease,
            member=lease.member,
            lesson=lease.lesson,
            version=lease.version,
            duration=lease.length,
            number=said.number,
            played=tuple(said.played),
            position=said.position,
            price=lease.price,
        )


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal("malformed")
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            raise Refusal("too_large")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _refuse(send: Send, no: Refusal) -> None:
    retry = (b"retry-after", str(-(-no.retry_ms // 1000)).encode()) if no.retry_ms else None
    body = _encoder.encode(Refused(no.code, no.retry_ms))
    await _answer(send, _STATUS.get(no.code, 401), body, *([retry] if retry else []))


async def _answer(send: Send, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [
        (b"content-type", b"application/json"), (b"cache-control", b"no-store"),
        (b"content-length", str(len(body)).encode()), *more,
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
