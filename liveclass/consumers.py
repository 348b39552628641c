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

from liveclass.arrival import arrive, come_back
from liveclass.dispatch import NotACommand, action_for, decode, kind_of
from liveclass.rooms.actor import Actor
from liveclass.sentences import sentence
from liveclass.switchboard import Switchboard, switchboard
from realtime.hub import Seat
from realtime.limits import Limits
from realtime.outbox import Frame, Need, Outbox, TooSlow
from realtime.protocol import version
from realtime.protocol.commands import AnyCommand, Hello, Ping, ReactionSend, RoomCommand
from realtime.protocol.events import Accepted, Bye, Pong, Refused, Resumed, Snapshot
from realtime.protocol.refusals import Refusal, RefusalCode
from realtime.protocol.state import Person
from realtime.server import LINE
from realtime.tickets import RoomTicket, TicketError, verify

HELLO_SECONDS = 10.0
ENTRY_SECONDS = 10.0
"""How long somebody waits in line to enter before she is asked to come back."""
MAX_MALFORMED = 5
MAX_PENDING = 32
"""Commands of one connection that may wait for their commit."""
RESTART_SPREAD_MS = 3000
"""Over how long the members of a stopping server spread their return."""
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
    "busy": version.CLOSE_BUSY,
    "room_full": version.CLOSE_BUSY,
}
_RETURN_MS: dict[RefusalCode, int] = {"ticket_expired": 0}


class Left(Exception):
    """The other side closed the connection."""


@dataclass(frozen=True)
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
    def restart(cls) -> End:
        """The server stops; its members come back one after another."""
        spread = random.randint(0, RESTART_SPREAD_MS)  # noqa: S311 - spreads load
        return cls(1012, None, spread)


def language_of(scope: Scope) -> str:
    """The language of the page: ``?lang=`` when it is one of ours, else the first."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[0]
    known = [code for code, _ in settings.LANGUAGES]
    return asked if asked in known else settings.LANGUAGE_CODE


class Connection:
    """One page in one room."""

    def __init__(
        self, board: Switchboard, scope: Scope, receive: Receive, send: Send, code: str
    ) -> None:
        self._board = board
        self._code = code
        self._language = language_of(scope)
        self._receive_message = receive
        self._send_message = send
        line = scope.get("extensions", {}).get(LINE)
        self._abort: Callable[[], None] = line.abort if line else lambda: None
        backlog = line.backlog if line else lambda: 0
        self._outbox = Outbox(send, backlog)
        self._limits = Limits()
        self._malformed = 0
        self._pending: set[asyncio.Task[None]] = set()
        self._ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self._seat: Seat | None = None
        self._present = False

    # -- the life of a connection

    async def serve(self) -> None:
        """From the accepted connection to its end."""
        try:
            await self._live()
        except Left:
            pass
        except End as end:
            await self._say_goodbye(end)
        except TooSlow:
            await self._close(version.CLOSE_TOO_SLOW)
            self._abort()
        finally:
            self._leave()

    async def _live(self) -> None:
        hello = await self._hello()
        ticket = self._verified(hello)
        staff = ticket.role != "member"
        seat = self._board.hub.join(self._code, ticket.member, staff, self._outbox)
        seat.end = self._end
        self._seat = seat
        self._outbox.resync = partial(self._resync, ticket, seat)
        sender = asyncio.create_task(self._outbox.run())
        listener = asyncio.create_task(self._listen(hello, ticket, seat))
        try:
            waited: tuple[asyncio.Future[Any], ...] = (sender, listener, self._ended)
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if self._ended.done():
                raise self._ended.result()
            for task in (listener, sender):
                if task.done():
                    task.result()
        finally:
            sender.cancel()
            listener.cancel()
            await asyncio.gather(sender, listener, return_exceptions=True)

    async def _listen(self, hello: Hello, ticket: RoomTicket, seat: Seat) -> None:
        actor = await self._enter(ticket, seat, hello.epoch, hello.last_seq)
        while True:
            command = await self._next()
            if command is not None:
                self._obey(actor, command)

    def _end(self, code: RefusalCode | None) -> None:
        """Called by the hub: this person is sent out, or the server stops."""
        if not self._ended.done():
            self._ended.set_result(End.restart() if code is None else End.refused(code))

    async def _say_goodbye(self, end: End) -> None:
        message = sentence(end.code, self._language) if end.code else ""
        bye = Bye(code=end.code, message=message, retry_ms=end.retry_ms)
        if not end.silent:
            await self._send_message(Frame(encode(bye), Need.ANSWER).message)
        await self._close(end.close)

    async def _close(self, code: int) -> None:
        await self._send_message({"type": "websocket.close", "code": code})

    def _leave(self) -> None:
        self._outbox.close()
        for task in self._pending:
            task.cancel()
        if self._seat is not None:
            self._board.hub.leave(self._seat)
            if self._present:
                self._board.roster.leave(self._code, self._seat.member)

    # -- entering

    async def _hello(self) -> Hello:
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
            async with asyncio.timeout(ENTRY_SECONDS), self._board.entrance:
                resumed = await self._resumed(ticket, seat, epoch, last_seq)
                return resumed or await self._snapshot(ticket, seat)
        except TimeoutError:
            raise End.refused("busy") from None
        except Refusal as refusal:
            raise End.refused(refusal.code, refusal.retry_ms) from None

    async def _resumed(
        self, ticket: RoomTicket, seat: Seat, epoch: str, last_seq: int
    ) -> Actor | None:
        """Send what was missed; None when only a snapshot can help."""
        board = self._board
        person = board.remembered(self._code, ticket.member)
        if person is None or board.hub.missed(self._code, epoch, last_seq) is None:
            return None
        actor, mine = await board.reader.run(partial(come_back, ticket))
        self._admitted(actor, person)
        first = encode(Resumed(epoch=epoch, seq=board.hub.seq(self._code)))
        return actor if board.hub.release(seat, first, last_seq, mine) else None

    async def _snapshot(self, ticket: RoomTicket, seat: Seat) -> Actor:
        board = self._board
        for _ in range(SNAPSHOT_TRIES):
            actor, state = await board.reader.run(partial(arrive, ticket))
            self._admitted(actor, state.me, state.presence.expected)
            presence = board.roster.state(self._code)
            seen = msgspec.structs.replace(state, epoch=board.hub.epoch, presence=presence)
            if board.hub.release(seat, encode(Snapshot(state=seen)), state.seq):
                return actor
        raise End.refused("busy")

    def _admitted(self, actor: Actor, person: Person, expected: int | None = None) -> None:
        self._board.remember(actor, person)
        if not self._present:
            self._present = True
            self._board.roster.enter(self._code, person, expected)

    async def _resync(self, ticket: RoomTicket, seat: Seat) -> None:
        """The line was blocked and is clear again: bring the page up to date."""
        if seat.cursor is not None:
            self._board.hub.hold(seat)
            await self._enter(ticket, seat, self._board.hub.epoch, self._outbox.sent_seq)

    # -- commands

    async def _next(self) -> AnyCommand | None:
        """The next command; None for a message that was none and has been refused."""
        message = await self._receive_message()
        if message["type"] == "websocket.disconnect":
            raise Left
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
            case _:
                self._begin(actor, command)

    def _begin(self, actor: Actor, command: RoomCommand) -> None:
        """Commands of one page are queued in order and answered as their commits come."""
        try:
            self._limits.take(kind_of(command))
        except Refusal as refusal:
            self._refuse(command.id, refusal.code, refusal.retry_ms)
            return
        if len(self._pending) >= MAX_PENDING:
            self._refuse(command.id, "busy", 1000)
            return
        task = asyncio.create_task(self._carry_out(actor, command))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def _carry_out(self, actor: Actor, command: RoomCommand) -> None:
        try:
            seq = await self._board.writer.run(action_for(actor, command))
        except Refusal as refusal:
            self._refuse(command.id, refusal.code, refusal.retry_ms)
        except Exception:
            logger.exception("%s failed in room %s", type(command).__name__, self._code)
            self._refuse(command.id, "server_error")
        else:
            self._answer(Accepted(id=command.id, seq=seq))

    def _refuse(self, id: str, code: RefusalCode, retry_ms: int = 0) -> None:
        message = sentence(code, self._language)
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
