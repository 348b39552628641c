"""What this process has done, for Prometheus: a registry of our own, filled at the scrape.

Most figures are plain numbers that hub, writer, reader and bus count anyway; ``Parts`` reads them
when somebody asks. A part that does not count something yet is left out, never shown as zero. Only
what a number cannot tell is measured here: how long commits take, how many jobs share one, and how
late the event loop is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
LAG_EVERY = 0.5
"""Seconds between two looks at how late the loop is."""
COMMIT_SECONDS = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
)  # fmt: skip
BATCH_JOBS = (1, 2, 5, 10, 20, 50, 100, 200)
LAG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

registry = CollectorRegistry(auto_describe=False)
"""Ours alone: a library that registers metrics of its own does not appear on our page."""

commit_seconds = Histogram(
    "liveclass_writer_commit_seconds",
    "Time from taking a batch of commands to its commit.",
    buckets=COMMIT_SECONDS,
    registry=registry,
)
batch_jobs = Histogram(
    "liveclass_writer_batch_jobs",
    "Commands that shared one transaction.",
    buckets=BATCH_JOBS,
    registry=registry,
)
loop_lag = Histogram(
    "liveclass_loop_lag_seconds",
    "How late the event loop was: everything a member waits for waits at least that long.",
    buckets=LAG_SECONDS,
    registry=registry,
)

# (metric, kind, where, what it says)
PLAIN = (
    ("connections", "gauge", "hub.seats", "Pages connected to a room of this process."),
    ("rooms", "gauge", "hub.rooms", "Rooms this process keeps."),
    ("frames", "counter", "hub.counts.frames", "Frames encoded for many; each is encoded once."),
    ("deliveries", "counter", "hub.counts.deliveries", "Frames handed to connections."),
    ("sent_bytes", "counter", "hub.counts.bytes", "Bytes handed to connections."),
    ("events", "counter", "hub.counts.events", "Durable events announced to rooms."),
    ("event_batches", "counter", "hub.counts.batches", "Frames in which durable events left."),
    ("dropped_lossy", "counter", "losses.lossy", "Reactions not sent to slow pages."),
    ("dropped_events", "counter", "losses.events", "Frames not sent to pages that fell behind."),
    ("lagging", "counter", "losses.lagging", "Times a page fell behind what it was sent."),
    ("resyncs", "counter", "losses.resyncs", "Pages brought up to date after falling behind."),
    ("too_slow", "counter", "losses.too_slow", "Connections given up: nobody read them."),
    ("kicked", "counter", "hub.counts.kicked", "Pages closed because a person was sent out."),
    ("writer_waiting", "gauge", "writer.waiting", "Commands waiting for a transaction."),
    ("writer_jobs", "counter", "writer.jobs", "Commands taken by the writer."),
    ("writer_batches", "counter", "writer.batches", "Transactions begun by the writer."),
    ("reader_in_flight", "gauge", "reader.in_flight", "Reads running or waiting for a thread."),
    ("bus_published", "counter", "bus.published", "Parcels sent to other processes."),
    ("bus_received", "counter", "bus.received", "Parcels that came from other processes."),
    ("bus_repaired", "counter", "bus.repaired", "Parcels fetched again after a gap."),
    ("bus_doubts", "counter", "bus.doubts", "Times a room had to be healed from the database."),
    ("bus_dropped", "counter", "bus.dropped", "Parcels the full queue to the bus did not take."),
    ("bus_down", "gauge", "bus.down", "1 while other processes cannot be reached."),
    ("entrance_waiting", "gauge", "entrance.waiting", "People waiting in line to enter a room."),
    ("media_proxy_requests", "counter", "media.requests", "Calls passed on to the media process."),
    ("media_proxy_failures", "counter", "media.failures", "Calls that media did not answer."),
    ("media_proxy_in_flight", "gauge", "media.in_flight", "Calls to the media process now."),
)  # fmt: skip
"""Plain attributes: the first word of ``where`` names a part that was given to ``watch``."""


class Parts(Collector):
    """Reads the plain numbers of the parts of this process when it is scraped."""

    def __init__(self) -> None:
        self._parts: dict[str, object] = {}

    def know(self, parts: Mapping[str, object]) -> None:
        """Read these objects from now on."""
        self._parts.update(parts)

    def read(self, where: str) -> float | None:
        """The number at ``where``; None when nothing counts it."""
        name, *path = where.split(".")
        found = self._parts.get(name)
        for step in path:
            found = getattr(found, step, None)
        return _number(found)

    def collect(self) -> Iterable[Metric]:
        """One family for each number that exists, and the refusals by code."""
        for name, kind, where, text in PLAIN:
            value = self.read(where)
            if value is not None:
                family = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
                yield family(f"liveclass_{name}", text, value=value)
        yield from self._refusals()

    def _refusals(self) -> Iterator[Metric]:
        counts = getattr(getattr(self._parts.get("hub"), "counts", None), "refused", None)
        if not isinstance(counts, Mapping):
            return
        text = "Commands that changed nothing, by the reason the member was told."
        family = CounterMetricFamily("liveclass_refused_commands", text, labels=["code"])
        for code, count in sorted(dict(counts).items()):
            family.add_metric([str(code)], count)
        yield family


class Lag:
    """Measures how late the loop calls what it should call now."""

    def __init__(self, every: float = LAG_EVERY) -> None:
        self._every = every
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due = 0.0

    def start(self) -> None:
        """Begin on the running loop, and do nothing if it is watched already."""
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self.stop()
        self._loop = loop
        self._due = loop.time() + self._every
        self._timer = loop.call_at(self._due, self._look, loop)

    def stop(self) -> None:
        """Measure nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop = None

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        loop_lag.observe(max(0.0, now - self._due))
        self._due = now + self._every
        self._timer = loop.call_at(self._due, self._look, loop)


parts = Parts()
lag = Lag()
registry.register(parts)
ProcessCollector(namespace="liveclass", registry=registry)


def watch(**named: object) -> None:
    """Show ``hub``, ``losses``, ``writer``, ``reader``, ``bus``, ``entrance``, ``media``.

    A writer with an ``on_batch`` hook tells from now on how long its commits take.
    """
    parts.know(named)
    writer: Any = named.get("writer")
    if writer is not None and hasattr(writer, "on_batch"):
        writer.on_batch = batch_committed


def batch_committed(jobs: int, seconds: float) -> None:
    """``jobs`` commands were committed together in ``seconds``; called by the writer's thread."""
    batch_jobs.observe(jobs)
    commit_seconds.observe(seconds)


def render(more: Iterable[Metric] = ()) -> bytes:
    """The page of this process in Prometheus' text format, ``more`` families behind our own."""
    page = generate_latest(registry)
    extra = list(more)
    if extra:
        page += generate_latest(_once(extra))
    return page


def gauge(name: str, text: str, value: float) -> Metric:
    """One number that goes up and down, as ``render`` takes it."""
    return GaugeMetricFamily(f"liveclass_{name}", text, value=value)


def counter(name: str, text: str, value: float) -> Metric:
    """One number that only grows, as ``render`` takes it."""
    return CounterMetricFamily(f"liveclass_{name}", text, value=value)


def by_label(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    """Numbers that go up and down, one for each of a few values of ``label``."""
    family = GaugeMetricFamily(f"liveclass_{name}", text, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family


class _Given(Collector):
    """Families that were computed already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        """The families as they are."""
        return self._families


def _once(families: list[Metric]) -> CollectorRegistry:
    own = CollectorRegistry()
    own.register(_Given(families))
    return own


def _number(found: object) -> float | None:
    """A count as it may be kept: a number, a flag, a collection, or a method that gives one."""
    for _ in range(2):
        if isinstance(found, bool | int | float):
            return float(found)
        if isinstance(found, Sized):
            return float(len(found))
        if not callable(found):
            return None
        found = _called(found)
    return None


def _called(method: Callable[[], object]) -> object:
    """What the method gives; None when it cannot be asked from here, now."""
    try:
        return method()
    except (RuntimeError, TypeError):  # changed while it was read; wants arguments
        return None
