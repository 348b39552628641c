"""Starts the processes of an installation, keeps them running, and stops them all together."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from realtime.parent import PARENT

RESTART_FIRST = 0.2
RESTART_MOST = 10.0
"""Seconds before a child that died young is started again: at first, and after many deaths in a
row."""
HEALTHY_AFTER = 10.0
"""A child that lived this long starts with a clean record, and at once."""
STOP_SECONDS = 4.0
"""How long children may take to end before they are killed."""
MAX_LINE = 64 * 1024


@dataclass(frozen=True)
class Part:
    """One process: its name in the log, its command line, and what its environment adds to ours
    and leaves out of it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    without: Set[str] = frozenset()

    def variables(self) -> dict[str, str]:
        """Its whole environment."""
        ours = {name: value for name, value in os.environ.items() if name not in self.without}
        return {**ours, **self.environment, PARENT: str(os.getpid())}


class Supervisor:
    """Runs ``parts`` until SIGINT or SIGTERM.

    ``ready`` is awaited once beside them, to tell when everything answers; ``write`` takes one
    line of output; ``ended`` hears the name of each child that died.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        ready: Callable[[], Coroutine[Any, Any, None]],
        write: Callable[[str], None] | None = None,
        ended: Callable[[str], None] | None = None,
    ) -> None:
        self._parts = parts
        self._ready = ready
        self._write = write or _to_stdout
        self._ended = ended
        self._width = max(len(part.name) for part in parts)
        self._stopping = asyncio.Event()
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def run(self) -> None:
        """Until told to stop; returns when every child has ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        keepers = [asyncio.create_task(self._keep(part)) for part in self._parts]
        ready = asyncio.create_task(self._ready())
        await self._stopping.wait()
        ready.cancel()
        self._signal_all(signal.SIGTERM)
        _, late = await asyncio.wait(keepers, timeout=STOP_SECONDS)
        if late:
            self._signal_all(signal.SIGKILL)
            await asyncio.wait(late, timeout=1.0)

    def stop(self) -> None:
        """End ``run``."""
        self._stopping.set()

    async def _keep(self, part: Part) -> None:
        """Start ``part``, and start it again whenever it dies."""
        pause = RESTART_FIRST
        while not self._stopping.is_set():
            started = time.monotonic()
            status = await self._run_once(part)
            if self._stopping.is_set():
                return
            if self._ended is not None:
                self._ended(part.name)
            lived = time.monotonic() - started
            pause = 0.0 if lived > HEALTHY_AFTER else pause
            when = f"in {pause:.1f} s" if pause else "now"
            self._say(part.name, f"ended with status {status}; starting again {when}")
            if pause:
                await self._pause(pause)
            pause = min(pause * 2, RESTART_MOST) or RESTART_FIRST

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _run_once(self, part: Part) -> int:
        process = await asyncio.create_subprocess_exec(
            *part.command,
            env=part.variables(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # Ctrl-C reaches the supervisor only, which then stops its children in good order.
            start_new_session=True,
            limit=MAX_LINE,
        )
        self._running[part.name] = process
        if self._stopping.is_set():
            process.terminate()
        await self._repeat_output(part.name, process)
        status = await process.wait()
        self._running.pop(part.name, None)
        return status

    async def _repeat_output(self, name: str, process: asyncio.subprocess.Process) -> None:
        output = process.stdout or asyncio.StreamReader()  # always a pipe here
        while True:
            try:
                line = await output.readline()
            except ValueError:
                continue  # a line longer than MAX_LINE: its rest follows as a line of its own
            if not line:
                return
            self._say(name, line.decode(errors="replace").rstrip())

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self._running.values():
            if process.returncode is None:
                process.send_signal(number)

    def _say(self, name: str, text: str) -> None:
        self._write(f"{name:<{self._width}} | {text}")


def _to_stdout(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
