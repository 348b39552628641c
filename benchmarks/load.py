"""Drives ``native/wsload.c``: commands in, figures out."""

from __future__ import annotations

import json
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks import machine
from benchmarks.programs import program
from realtime.protocol.version import PROTOCOL_VERSION

AT_ONCE = 200
"""Members on their way in at the same time: the server lets 64 enter and the others wait."""
PATIENCE = 30.0
"""Seconds beyond its own time that a command may take before the client counts as broken."""


@dataclass(frozen=True)
class Delays:
    """Milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


class Figures:
    """One answer of the load client; every member of the JSON object is an attribute."""

    heard: Delays
    last: Delays
    answered: Delays
    entered: Delays

    def __init__(self, told: dict[str, Any]) -> None:
        for name, value in told.items():
            setattr(self, name, Delays(**value) if isinstance(value, dict) else value)

    def __getattr__(self, name: str) -> int:
        raise AttributeError(f"the load client reports no {name}")

    @property
    def events_per_frame(self) -> float:
        """How many events the server put into one frame on average."""
        return self.delivered / max(self.event_frames, 1)

    @property
    def bytes_per_event(self) -> float:
        """Everything received divided by the lines delivered."""
        return self.bytes / max(self.delivered, 1)

    @property
    def faults(self) -> str:
        """What must not happen, or nothing."""
        wrong = {"lost": self.lost, "gaps": self.gaps, "duplicates": self.duplicates}
        return ", ".join(f"{count} {name}" for name, count in wrong.items() if count) or "none"


class Load:
    """A running load client. ``do`` waits for the answer; ``begin`` and ``end`` do it in two steps.

    Args:
        kind: ``room``, ``echo`` or ``socketio``.
        tickets: a file with one ticket per member (rooms only).
        announce_port: where ``benchmarks/web.py`` takes lines by UDP, 0 to say them in the room.
    """

    def __init__(
        self, kind: str, port: int, path: str, most: int, tickets: Path | None = None,
        announce_port: int = 0,
    ) -> None:  # fmt: skip
        words = (program("wsload"), kind, port, path, most, PROTOCOL_VERSION, tickets or "-",
                 announce_port)  # fmt: skip
        self.process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._until = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """End the client and every connection of it."""
        self.process.kill()
        self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def begin(self, *words: object, seconds: float = 0.0) -> None:
        """Start a command that may take ``seconds``."""
        assert self.process.stdin is not None
        self._until = time.monotonic() + seconds + PATIENCE
        self.process.stdin.write((" ".join(str(word) for word in words) + "\n").encode())
        self.process.stdin.flush()

    def end(self) -> Figures:
        """Wait for the answer. RuntimeError when the client died, is late or did not understand."""
        assert self.process.stdout is not None
        left = max(0.0, self._until - time.monotonic())
        if not select.select([self.process.stdout], [], [], left)[0]:
            raise RuntimeError("the load client does not answer")
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load client ended with {self.process.wait(5)}")
        figures = Figures(json.loads(line))
        if not figures.ok:
            raise RuntimeError("the load client did not understand the command")
        return figures

    def do(self, *words: object, seconds: float = 0.0) -> Figures:
        """Run a command to its end."""
        self.begin(*words, seconds=seconds)
        return self.end()

    def set(self, **values: float) -> None:
        """Change settings, e.g. ``come_back=1``."""
        for name, value in values.items():
            self.do("set", name, value)

    def open(self, count: int, at_once: int = AT_ONCE, timeout: float = 120.0) -> Figures:
        """Let ``count`` more members in. RuntimeError when not all of them got in."""
        figures = self.do("open", count, at_once, timeout, seconds=timeout)
        if figures.ready != figures.members:
            raise RuntimeError(
                f"only {figures.ready} of {figures.members} members got in within {timeout:.0f} s"
            )
        return figures

    def talk(
        self, seconds: float, rate: float = 0.0, flight: int = 1, senders: int = 10,
        drain: float = 8.0,
    ) -> Figures:  # fmt: skip
        """Say lines, ``rate`` a second, or as fast as ``flight`` of them under way allow."""
        return self.do("talk", seconds, rate, flight, senders, drain, seconds=seconds + drain)

    def rest(self, seconds: float) -> Figures:
        """Only listen."""
        return self.do("rest", seconds, seconds=seconds)

    def pin(self) -> bool:
        """Run on the client's core."""
        return machine.pin(self.process.pid, machine.CLIENT_CORE)
