"""Thousands of packets a second counted by a C program in a thread of ours, which needs no Python.

A viewer's ICE and DTLS are real (``counting.Counter``); then her socket is handed over. What keeps
her consent alive is her own last check, sent again every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import subprocess
import threading
import time
from pathlib import Path

from benchmarks.counting import Counter
from benchmarks.programs import CACHE, FLAGS, SOURCES, Missing, compiler

SOURCE = SOURCES / "mediasink.c"
NUMBERS, BINS, BIN_MS = 65_536, 20_000, 0.1
TAG = 16
"""Bytes that AES-GCM adds to a packet."""
CONSENT_S = 8.0


class _Known(ctypes.Structure):
    _fields_ = (
        ("ssrc", ctypes.c_uint32), ("stream", ctypes.c_int32), ("distance", ctypes.c_uint16),
    )  # fmt: skip


class _State(ctypes.Structure):
    _fields_ = (
        ("stop", ctypes.c_int32), ("known", ctypes.c_int32), ("packets", ctypes.c_uint64),
        ("late", ctypes.c_uint64), ("bins", ctypes.c_uint64 * BINS), ("sources", _Known * 64),
    )  # fmt: skip


def library() -> ctypes.CDLL:
    """The compiled reader, made anew when its source is newer."""
    made: Path = CACHE / "mediasink.so"
    if not made.is_file() or made.stat().st_mtime < SOURCE.stat().st_mtime:
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = made.with_suffix(f".{os.getpid()}")
        command = [compiler(), *FLAGS, "-shared", "-fPIC", "-o", str(fresh), str(SOURCE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Missing(f"mediasink does not compile here:\n{done.stderr[-2000:]}")
        fresh.replace(made)
    return ctypes.CDLL(str(made))


class Clock:
    """When which packet of which stream was sent.

    Args:
        streams: how many sources the publishers have.
    """

    def __init__(self, streams: int) -> None:
        self.sent = (ctypes.c_uint64 * (NUMBERS * streams))()
        self.counts = [0] * streams
        self.marks = (ctypes.c_int32 * streams)()
        self.marked = (ctypes.c_int32 * streams)()

    def sends(self, stream: int, number: int) -> None:
        """A packet goes out now."""
        self.sent[stream * NUMBERS + number] = time.monotonic_ns()
        self.counts[stream] += 1

    def mark(self, stream: int, number: int, size: int) -> None:
        """The packet of this number has a size that no other has (in bytes, before encryption)."""
        self.marked[stream] = number
        self.marks[stream] = size + TAG


class Sink:
    """Reads the sockets of connected viewers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._state = _State()
        self._viewers: list[Counter] = []
        self._thread: threading.Thread | None = None
        self._consent: asyncio.Task[None] | None = None
        self._counts = (ctypes.c_uint64 * 1)()

    def take(self, viewers: list[Counter]) -> None:
        """Read for ``viewers`` from now on, instead of asyncio."""
        self._viewers = viewers
        fds = [viewer.hand_over() for viewer in viewers]
        self._counts = (ctypes.c_uint64 * len(fds))()
        clock, numbers = self._clock, (ctypes.c_int32 * len(fds))(*fds)
        arguments = (
            ctypes.byref(self._state), numbers, len(fds), self._counts, clock.marks, clock.marked,
            len(clock.counts), clock.sent,
        )  # fmt: skip
        run = library().sink_run
        self._thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._thread.start()
        self._consent = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            for viewer in self._viewers:
                with contextlib.suppress(OSError):
                    viewer.check_again()
                await asyncio.sleep(CONSENT_S / len(self._viewers))

    @property
    def packets(self) -> int:
        """So far, of all."""
        return int(self._state.packets)

    def each(self) -> list[int]:
        """Packets of each viewer."""
        return list(self._counts)

    def clear(self) -> None:
        """Forget the delays so far."""
        ctypes.memset(ctypes.addressof(self._state.bins), 0, ctypes.sizeof(self._state.bins))

    def delay(self, share: float) -> float:
        """The delay in ms that ``share`` of the packets did not exceed."""
        bins = list(self._state.bins)
        wanted, seen = sum(bins) * share, 0
        for at, count in enumerate(bins):
            seen += count
            if seen >= wanted and seen:
                return (at + 1) * BIN_MS
        return 0.0

    def close(self) -> None:
        """Stop reading."""
        self._state.stop = 1
        if self._thread is not None:
            self._thread.join(2)
        if self._consent is not None:
            self._consent.cancel()
