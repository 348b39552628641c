"""The worker process: huey's consumer and a heartbeat that health checks can see."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from django.conf import settings
from huey.consumer import Consumer
from huey.contrib.djhuey import HUEY

import liveclass.jobs  # noqa: F401 - registers the jobs

BEAT_SECONDS = 5.0
STALE_SECONDS = 30.0


def beat_file() -> Path:
    """The file whose time of change says when the worker was last well."""
    path: Path = settings.DATA_DIR / "worker.beat"
    return path


def is_alive(now: float | None = None) -> bool:
    """Whether a worker has shown itself lately."""
    try:
        changed = beat_file().stat().st_mtime
    except OSError:
        return False
    return (now or time.time()) - changed < STALE_SECONDS


def run() -> None:
    """Work until SIGINT or SIGTERM."""
    logging.getLogger("huey").setLevel(logging.WARNING)  # a line per minute says nothing
    options = {**settings.HUEY.get("consumer", {})}
    consumer: Consumer = HUEY.create_consumer(**options)
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(consumer, stop), name="heartbeat", daemon=True)
    heart.start()
    try:
        consumer.run()
    finally:
        stop.set()
        beat_file().unlink(missing_ok=True)


def _beat(consumer: Consumer, stop: threading.Event) -> None:
    while True:
        if all(thread.is_alive() for _, thread in consumer.worker_threads if thread.ident):
            beat_file().touch()
        if stop.wait(BEAT_SECONDS):
            return
