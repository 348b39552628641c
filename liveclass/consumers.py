"""The switchboard: one connection to one room, from ``hello`` to ``bye``.

A thin ASGI application instead of a Channels consumer: outbound messages never pass a dispatch of
their own, they go from the hub into the connection's outbox. Nothing here touches the database;
writes go to the writer, reads to the reader.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import msgspec
from django.conf import settings

from liveclass.arrival import Arrival
from liveclass.dispatch import NotACommand, action_for, decode, kind_of
from liveclass.logs import in_room
from liveclass.rooms.actor import Actor
from liveclass.sentences import sentence
from liveclass.switchboard import Switchboard, switchboard
from realtime.hub import Seat
from realtime.limits import Limits
from realtime.lines import line_of
from realtime.outbox import Outbox
from realtime.protocol import version
from realtime.protocol.captions import CaptionHint
from realtime.protocol.commands import (
    AnyCommand,
    Hello,
    Ping,
    ReactionSend,
    RoomCommand,
    SlidesPoint,
)
from realtime.protocol.events import Accepted, Bye, Pong, Refused, Resumed
from realtime.protocol.refusals import Refusal, RefusalCode
from realtime.tickets import RoomTicket, TicketError, verify

HELLO_SECONDS = 10.0
ENTRY_SECONDS = 10.0
"""How long somebody waits in line to enter before she is asked to come back."""
MAX_MALFORMED = 5
MAX_PENDING = 32
"""Commands of one connection that may wait for their commit."""
SNAPSHOT_TRIES = 3

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Any], Awaitable[None]]

logger = logging.getLogger(__name__)
encode = msgspec.json.encode

_CLOSE_CODES: dict[RefusalCode, int] = {
    "malformed": version.CLOSE_MALFORMED,
    "ticket_invalid": version.CLOSE_TICKET,
    "ticket_expired": version.CLOSE_TICKET,
    "not_in_audience": version.CLOSE_NOT_ADMITTED,
    "removed": version.CLOSE_NOT_ADMITTED,
    "too_many_pages": version.CLOSE_NOT_ADMITTED,
    "too_fast": version.CLOSE_BUSY,
    "busy": version.CLOSE_BUSY,
    "room_full": version.CLOSE_BUSY,
}
_RETURN_MS: dict[RefusalCode, int] = {"ticket_expired": 0}


class Left(Exception):
    """The other side closed the connection."""


@dataclass(eq=False)
class End(Exception):
    """This connection is to be closed by us: ``bye`` first when there is something to say."""

    close: int
    code: RefusalCode | None = None
    retry_ms: int = -1
    silent: bool = False

    @classmethod
    def refused(cls, code: RefusalCode, retry_ms: int = 0) -> End:
        """For a reason the person should read."""
        close = _CLOSE_CODES.get(code, 1011)
        if close == version.CLOSE_BUSY:
            retry_ms = random.randint(500, 500 + max(retry_ms, 2000))  # noqa: S311 - spreads load
        return cls(close, code, retry_ms or _RETURN_MS.get(code, -1))

    @classmethod
    def restart(cls, over_ms: int) -> End:
        """The server stops; its members come back one after another within ``over_ms``."""
        return cls(1012, None, random.randint(0, over_ms))  # noqa: S311 - spreads load


def language_of(scope: Scope) -> str:
    """The language of the page: ``?lang=`` when it is one of ours, else the first."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[0]
    known = [code for code, _ in settings.LANGUAGES]
    return asked if asked in known else settings.LANGUAGE_CODE


class Connection:
    """One page in one room: one task, which listens; everything it is told goes by the outbox."""

    __slots__ = (
        "_board", "_code", "_language", "_limits", "_line", "_malformed", "_outbox", "_pending",
        "_present", "_receive_message", "_refreshing", "_seat", "_send_message", "_task",
        "_ticket", "_why",
    )  # fmt: skip

    def __init__(
        self, board: Switchboard, scope: Scope, receive: Receive, send: Send, code: str
    ) -> None:
        self._board = board
        self._code = code
        self._language = language_of(scope)
        self._receive_message = receive
        self._send_message = send
        self._line = line_of(scope, send)
        self._outbox = Outbox(self._line, self._refresh, self._give_up)
        self._limits = Limits()  # her own until it is known who she is
        self._malformed = 0
        self._pending = 0
        self._why: End | None = None
        self._task: asyncio.Task[Any] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._ticket: RoomTicket | None = None
        self._seat: Seat | None = None
        self._present = False

    # -- the life of a connection

    async def serve(self) -> None:
        """From the accepted connection to its end."""
        self._task = asyncio.current_task()
        in_room(self._code)
        try:
            await self._live()
        except Left:
            pass
        except End as end:
            await self._say_goodbye(end)
        except asyncio.CancelledError:
            if self._why is None or self._task is None:
                raise
            self._task.uncancel()
            await self._say_goodbye(self._why)
        finally:
            self._leave()

    async def _live(self) -> None:
        hello = await self._hello()
        ticket = self._ticket = self._verified(hello)
        in_room(self._code, ticket.member)
        staff = ticket.role != "member"
        seat = self._board.hub.join(self._code, ticket.member, staff, self._outbox)
        self._seat = seat
        self._limits = self._board.limits_of(self._code, ticket.member)
        seat.end = self._sent_out
        seat.refresh = self._refresh
        actor = await self._enter(ticket, seat, hello.epoch, hello.last_seq)
        while True:
            command = await self._next()
            if command is not None:
                self._obey(actor, command)

    def _sent_out(self, code: RefusalCode | None) -> None:
        """Called by the hub: this person is sent out, or the server stops."""
        self._stop(End.restart(self._board.spread_ms) if code is None else End.refused(code))

    def _give_up(self) -> None:
        """Called by the outbox: the other side does not read."""
        self._stop(End(version.CLOSE_TOO_SLOW, silent=True))
        self._line.abort()

    def _stop(self, why: End) -> None:
        """End this connection from outside its own task."""
        if self._why is None and self._task is not None:
            self._why = why
            self._task.cancel()

    async def _say_goodbye(self, end: End) -> None:
        message = sentence(end.code, self._language) if end.code else ""
        bye = Bye(code=end.code, message=message, retry_ms=end.retry_ms)
        if not end.silent:
            self._outbox.put_message(encode(bye))
        self._outbox.close()
        await self._line.flush()
        await self._send_message({"type": "websocket.close", "code": end.close})

    def _leave(self) -> None:
        self._task = None
        self._outbox.close()
        if self._refreshing is not None:
            self._refreshing.cancel()
        if self._seat is not None:
            self._board.hub.leave(self._seat)
            if self._present:
                self._board.roster.leave(self._code, self._seat.member)

    # -- entering

    async def _hello(self) -> Hello:
        with self._board.greeting(self._too_many_silent):
            return await self._first_hello()

    def _too_many_silent(self) -> None:
        self._stop(End(version.CLOSE_NO_HELLO, silent=True))

    async def _first_hello(self) -> Hello:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                while True:
                    command = await self._next()
                    if isinstance(command, Hello):
                        return command
                    self._count_malformed()
        except TimeoutError:
            raise End(version.CLOSE_NO_HELLO, silent=True) from None

    def _verified(self, hello: Hello) -> RoomTicket:
        try:
            ticket = verify(hello.ticket, RoomTicket, self._board.secret, time.time())
        except TicketError as bad:
            expired = bad.code == "ticket_expired"
            raise End.refused("ticket_expired" if expired else "ticket_invalid") from None
        if ticket.room != self._code or hello.version != version.PROTOCOL_VERSION:
            raise End.refused("ticket_invalid")
        return ticket

    async def _enter(self, ticket: RoomTicket, seat: Seat, epoch: str, last_seq: int) -> Actor:
        """Subscribed already; now the state, and only newer events after it."""
        try:
            async with asyncio.timeout(ENTRY_SECONDS):
                arrival = await self._board.doorway.arrive(ticket, epoch, last_seq)
                self._board.hub.channel(self._code).stand_in(arrival.epoch)
                seat.role, seat.staff = arrival.actor.role, arrival.actor.is_staff
                if not self._present:
                    self._present = True
                    self._board.admit(arrival)
                if not (arrival.returns and await self._resumed(arrival, seat, last_seq)):
                    await self._snapshot(arrival, seat)
        except TimeoutError:
            raise End.refused("busy") from None
        except Refusal as refusal:
            raise End.refused(refusal.code, refusal.retry_ms) from None
        return arrival.actor

    async def _resumed(self, arrival: Arrival, seat: Seat, last_seq: int) -> bool:
        """Send what was missed; False when only a snapshot can help."""
        board = self._board
        await board.doorway.know(self._code, staff=seat.staff)
        first = encode(Resumed(epoch=arrival.epoch, seq=arrival.seq))
        after = [*arrival.marks, board.stage_watch.told(self._code)]
        if arrival.missed is not None:
            return board.hub.release(seat, [first, *arrival.missed], arrival.seq, after)
        return board.hub.release(seat, [first], last_seq, after)

    async def _snapshot(self, arrival: Arrival, seat: Seat) -> None:
        board = self._board
        if arrival.own is not None:
            after = [*arrival.marks, board.stage_watch.told(self._code)]
            if board.hub.release(seat, [arrival.own], arrival.seq, after):
                return
            raise End.refused("busy")
        for _ in range(SNAPSHOT_TRIES):
            shared = await board.doorway.shared(self._code, staff=seat.staff)
            first = shared.for_person(arrival.person)
            if board.hub.release(seat, [first], shared.seq, arrival.marks):
                return
            board.doorway.too_old(self._code, shared, staff=seat.staff)
        raise End.refused("busy")

    def _refresh(self) -> None:
        """The line was blocked and is clear again, or too much was missed: bring the page up to
        date."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._bring_up_to_date(), name="refresh")

    async def _bring_up_to_date(self) -> None:
        ticket, seat = self._ticket, self._seat
        if ticket is None or seat is None or seat.cursor is None:
            return  # still entering: what comes will be up to date
        self._board.hub.hold(seat)
        epoch = self._board.hub.channel(self._code).epoch
        try:
            await self._enter(ticket, seat, epoch, self._outbox.sent_seq)
        except End as end:
            self._stop(end)

    # -- commands

    async def _next(self) -> AnyCommand | None:
        """The next command; None for a message that was none and has been refused."""
        message = await self._receive_message()
        if message["type"] == "websocket.disconnect":
            raise Left
        if self._limits.wait("any"):
            raise End.refused("too_fast")
        try:
            return decode(message.get("text") or "")
        except NotACommand as bad:
            self._refuse(bad.id, bad.code)
            self._count_malformed()
            return None

    def _count_malformed(self) -> None:
        self._malformed += 1
        if self._malformed == 1:
            logger.info("malformed message in room %s", self._code)
        if self._malformed > MAX_MALFORMED:
            raise End.refused("malformed")

    def _obey(self, actor: Actor, command: AnyCommand) -> None:
        match command:
            case Hello():
                self._refuse("", "malformed")
                self._count_malformed()
            case Ping(t=t):
                if not self._limits.wait("ping"):
                    self._answer(Pong(t=t, now=time.time()))
            case ReactionSend(kind=kind):
                if not self._limits.wait("reaction"):
                    self._board.hub.react(self._code, kind)
            case SlidesPoint(x=x, y=y):
                if actor.is_staff and not self._limits.wait("point"):
                    self._board.hub.point(self._code, x, y)
            case CaptionHint(text=text):
                if actor.is_staff and not self._limits.wait("caption"):
                    self._board.hub.caption(self._code, text)
            case _:
                self._begin(actor, command)

    def _begin(self, actor: Actor, command: RoomCommand) -> None:
        """Commands of one page are queued in order and answered as their commits come."""
        try:
            self._limits.take(kind_of(command))
            if self._pending >= MAX_PENDING:
                raise Refusal("busy", 1000)
            job = self._board.writer.submit(action_for(actor, command))
        except Refusal as refusal:
            self._refuse(command.id, refusal.code, refusal.retry_ms)
            return
        self._pending += 1
        job.add_done_callback(partial(self._done, command.id))

    def _done(self, id: str, job: asyncio.Future[int]) -> None:
        """The commit of a command has come, or it was refused."""
        self._pending -= 1
        error = job.exception()
        if error is None:
            self._answer(Accepted(id=id, seq=job.result()))
        elif isinstance(error, Refusal):
            self._refuse(id, error.code, error.retry_ms)
        else:
            logger.error("a command failed in room %s", self._code, exc_info=error)
            self._refuse(id, "server_error")

    def _refuse(self, id: str, code: RefusalCode, retry_ms: int = 0) -> None:
        message = sentence(code, self._language)
        refused = self._board.hub.counts.refused
        refused[code] = refused.get(code, 0) + 1
        self._answer(Refused(id=id, code=code, message=message, retry_ms=retry_ms))

    def _answer(self, event: Accepted | Refused | Pong) -> None:
        self._outbox.put_message(encode(event))


async def room_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application behind ``/ws/room/<code>/``."""
    message = await receive()
    if message["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept"})
    code = scope["url_route"]["kwargs"]["code"]
    await Connection(switchboard(), scope, receive, send, code).serve()
