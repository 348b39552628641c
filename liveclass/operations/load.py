"""Drives a load test: everybody enters, lines are said, votes are cast, and it is all counted."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from liveclass.operations.page import Book, Page, Refused, Server
from liveclass.operations.stage import Stage
from liveclass.operations.tally import Delays
from realtime.tickets import Role, RoomTicket, sign

ENTERING = 50
"""Pages that knock at the same time."""
TRIES = 5
TICKET_SECONDS = 120
SETTLE = 1.0
DRAIN = 10.0
"""Longest wait for the last answers and deliveries."""
VOTE_SPREAD = 10.0
"""Votes are cast within so many seconds, or half of the test if that is shorter."""
LAG_EVERY = 0.05
OPTIONS = ["A", "B", "C"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: ``rate`` chat lines a second for ``seconds``, and ``votes`` in one poll."""

    members: int
    rate: float
    votes: int
    seconds: float

    @property
    def lines(self) -> int:
        """Chat lines in all."""
        return max(1, int(self.rate * self.seconds))


@dataclass
class Outcome:
    """What was counted. ``losses`` says whether anything promised did not happen."""

    plan: Plan
    entered: int = 0
    not_entered: dict[str, int] = field(default_factory=dict)
    entry: Delays = field(default_factory=Delays)
    delivery: Delays = field(default_factory=Delays)
    ack: Delays = field(default_factory=Delays)
    sent: int = 0
    accepted: int = 0
    unanswered: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    deliveries: int = 0
    lost: int = 0
    duplicates: int = 0
    dropped_connections: dict[str, int] = field(default_factory=dict)
    votes_accepted: int = 0
    votes_counted: int | None = None
    stored_lines: int | None = None
    stored_votes: int | None = None
    generator_cpu: float = 0.0
    generator_lag: Delays = field(default_factory=Delays)
    mib_heard: float = 0.0

    @property
    def failures(self) -> int:
        """How much of what was promised did not happen."""
        wrong_counts = (
            self.votes_counted not in {None, self.votes_accepted},
            self.stored_lines is not None and self.stored_lines < self.accepted,
            self.stored_votes not in {None, self.votes_accepted},
        )
        gone = sum(self.dropped_connections.values()) + sum(self.not_entered.values())
        return self.lost + self.duplicates + self.unanswered + gone + sum(wrong_counts)


class Load:
    """One test in one class.

    ``door`` is called, on a thread, with True before the first page enters and with False after
    the last one left. ``say`` is told what happens, for people who wait.
    """

    def __init__(
        self,
        plan: Plan,
        stage: Stage,
        server: Server,
        secret: bytes,
        door: Callable[[bool], None],
        say: Callable[[str], None],
    ) -> None:
        self._plan, self._stage, self._server = plan, stage, server
        self._secret, self._door, self._say = secret, door, say
        self._book = Book(plan.lines)
        self._pages: list[Page] = []
        self._everybody: list[Page] = []
        self._votes = 0
        self._counted: int | None = None
        self._poll: asyncio.Future[dict[str, Any]] | None = None
        self.outcome = Outcome(plan)

    async def run(self) -> Outcome:
        """Everything, once.

        Raises:
            Refused: not even the host gets in; the server does not know this class.
        """
        await asyncio.to_thread(self._door, True)
        try:
            await self._hold()
        finally:
            for page in self._everybody:
                page.close()
            await asyncio.to_thread(self._door, False)
        return self._counted_up()

    async def _hold(self) -> None:
        """The host opens the class, the members come, work and go."""
        host = await self._enter(self._stage.host, "host")
        host.heard = self._host_hears
        await self._ask(host, "class.start")
        await self._members_enter()
        if self._pages:
            await asyncio.sleep(SETTLE)
            await self._measured(host)
        await self._ask(host, "class.end")

    async def _measured(self, host: Page) -> None:
        used, began = _cpu(), time.perf_counter()
        watch = asyncio.create_task(self._watch_own_lag())
        try:
            await asyncio.gather(self._talk(), self._vote(host))
            await self._drain()
            await self._close_poll(host)
        finally:
            watch.cancel()
        self.outcome.generator_cpu = (_cpu() - used) / (time.perf_counter() - began)

    # -- entering

    async def _members_enter(self) -> None:
        gate = asyncio.Semaphore(ENTERING)

        async def one(member: int) -> None:
            async with gate:
                try:
                    self._pages.append(await self._enter(member, "member"))
                except (OSError, Refused) as error:
                    why = str(error) or type(error).__name__
                    self.outcome.not_entered[why] = self.outcome.not_entered.get(why, 0) + 1

        await asyncio.gather(*(one(member) for member in self._stage.members))
        self.outcome.entered = len(self._pages)
        self._say(f"{len(self._pages)} / {len(self._stage.members)}")

    async def _enter(self, member: int, role: Role) -> Page:
        """A page in the room; asked again a little later when the server is busy."""
        for attempt in range(TRIES):
            began = time.perf_counter()
            try:
                page = await self._server.page(
                    self._book, self._stage.code, self._ticket(member, role)
                )
            except Refused as refused:
                if attempt == TRIES - 1 or "busy" not in str(refused):
                    raise
                await asyncio.sleep(1.0 + attempt)
            except TimeoutError:
                raise Refused("no answer in time") from None
            else:
                self.outcome.entry.add(time.perf_counter() - began)
                self._everybody.append(page)
                return page
        raise Refused("busy")

    def _ticket(self, member: int, role: Role) -> str:
        ticket = RoomTicket(
            room=self._stage.code, member=member, name=f"loadtest {member}", role=role,
            session="loadtest", exp=int(time.time()) + TICKET_SECONDS,
        )  # fmt: skip
        return sign(ticket, self._secret)

    # -- working

    async def _talk(self) -> None:
        """The numbered lines, everybody in turn, at an even pace."""
        began = time.perf_counter()
        for number in range(self._plan.lines if self._pages else 0):
            await _until(began + number / self._plan.rate)
            self._pages[number % len(self._pages)].post(number)
            self.outcome.sent += 1

    async def _vote(self, host: Page) -> None:
        voters = self._pages[: self._plan.votes]
        if not voters:
            return
        poll = await self._open_poll(host)
        choices = [option["id"] for option in poll["options"]]
        spread = min(VOTE_SPREAD, self._plan.seconds / 2)
        began = time.perf_counter()
        for number, page in enumerate(voters):
            await _until(began + spread * number / len(voters))
            chosen = [choices[number % len(choices)]]
            page.command(self._voted, "poll.vote", poll=poll["id"], options=chosen)
            self.outcome.sent += 1

    async def _open_poll(self, host: Page) -> dict[str, Any]:
        self._poll = asyncio.get_running_loop().create_future()
        await self._ask(host, "poll.create", question="loadtest", options=OPTIONS)
        return await _from(host, self._poll, "the poll was not opened")

    async def _close_poll(self, host: Page) -> None:
        """The final count is the server's own, fenced by the closing."""
        if self._poll is None:
            return
        await self._ask(host, "poll.close", poll=self._poll.result()["id"])
        deadline = time.perf_counter() + DRAIN
        while self._counted is None and time.perf_counter() < deadline:  # noqa: ASYNC110 - rare
            await asyncio.sleep(0.02)

    def _host_hears(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "poll.opened" and self._poll is not None and not self._poll.done():
            self._poll.set_result(message["poll"])
        elif kind == "poll.closed":
            self._counted = int(message["voters"])

    def _voted(self, answer: dict[str, Any]) -> None:
        self._votes += answer["type"] == "accepted"

    async def _ask(self, host: Page, type: str, **fields: Any) -> None:
        """A command of the host; Refused when it is."""
        done: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        host.command(done.set_result, type, **fields)
        answer = await _from(host, done, f"{type}: no answer")
        if answer["type"] != "accepted":
            raise Refused(f"{type}: {answer.get('code')}")

    async def _drain(self) -> None:
        """Until every answer and every delivery is here, or the patience is over."""
        deadline = time.perf_counter() + DRAIN
        while time.perf_counter() < deadline and self._is_waiting():  # noqa: ASYNC110 - many ends
            await asyncio.sleep(0.05)

    def _is_waiting(self) -> bool:
        if all(page.lost for page in self._everybody):
            return False
        return bool(self._book.waiting) or self._missing() > 0

    def _missing(self) -> int:
        """Accepted lines that pages which stayed connected have not been told."""
        staying = [page for page in self._pages if not page.lost]
        return sum(not page.seen[number] for page in staying for number in self._book.accepted)

    # -- counting

    async def _watch_own_lag(self) -> None:
        """How late this program itself is: then what it measures is late too."""
        while True:
            due = time.perf_counter() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self.outcome.generator_lag.add(max(0.0, time.perf_counter() - due))

    def _counted_up(self) -> Outcome:
        book, found = self._book, self.outcome
        found.delivery, found.ack = book.delivery, book.ack
        found.accepted, found.refused = len(book.accepted), dict(book.refused)
        found.unanswered = len(book.waiting)
        found.deliveries, found.duplicates = book.deliveries, book.duplicates
        found.lost = self._missing()
        found.votes_accepted, found.votes_counted = self._votes, self._counted
        found.mib_heard = book.heard_bytes / 1024 / 1024
        for page in self._pages:
            if page.lost:
                count = found.dropped_connections.get(page.lost, 0)
                found.dropped_connections[page.lost] = count + 1
        return found


async def _from(
    page: Page, wanted: asyncio.Future[dict[str, Any]], otherwise: str
) -> dict[str, Any]:
    """What ``page`` hears. Refused when its line ends before that, or ``DRAIN`` seconds pass."""
    gone = asyncio.ensure_future(page.gone.wait())
    either: set[asyncio.Future[Any]] = {wanted, gone}
    await asyncio.wait(either, timeout=DRAIN, return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    if not wanted.done():
        raise Refused(page.lost or otherwise)
    return wanted.result()


async def _until(moment: float) -> None:
    pause = moment - time.perf_counter()
    if pause > 0:
        await asyncio.sleep(pause)


def _cpu() -> float:
    """Processor seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
