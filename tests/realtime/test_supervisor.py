"""``manage.py serve``: one command, three processes, all or nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from realtime import supervisor
from realtime.supervisor import Part, Supervisor
from tests import migrated
from tests.platform_process import ROOT, Platform, children_of

pytestmark = [pytest.mark.kill, pytest.mark.slow]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    made = Platform(tmp_path)
    migrated.sqlite(tmp_path / "db.sqlite3")
    made.start()
    yield made
    made.stop()


def wait(until: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if until():
            return True
        time.sleep(0.05)
    return False


async def never() -> None:
    """Nothing to tell."""


def family(platform: Platform) -> dict[int, str]:
    assert platform.process is not None
    return children_of(platform.process.pid)


def test_it_tells_when_everything_is_ready(platform: Platform) -> None:
    assert wait(lambda: f"LiveClass is ready: {platform.url}/" in platform.read_log(), 5)
    told = httpx.get(f"{platform.url}/healthz").json()
    assert told == {"ok": True, "parts": dict.fromkeys(("database", "media", "worker"), "ok")}


@pytest.mark.parametrize("part", ["web", "media", "worker"])
def test_a_part_that_dies_is_started_again(platform: Platform, part: str) -> None:
    old = set(family(platform))
    dead = platform.kill(part)
    assert wait(lambda: dead not in family(platform) and len(family(platform)) == 3, 3)
    platform.wait_ready(20)
    new = set(family(platform))
    assert len(new - old) == 1
    assert "starting again in 0.2 s" in platform.read_log()


@pytest.mark.parametrize(("healthy_after", "when"), [(0.0, "now"), (60.0, "in 0.2 s")])
def test_only_who_died_young_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, healthy_after: float, when: str
) -> None:
    """A picture stands still for as long as the media process is not there."""
    monkeypatch.setattr(supervisor, "HEALTHY_AFTER", healthy_after)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    said: list[str] = []
    script = "import os; print(os.environ.get('TZ'), os.environ['MORE'], flush=True)"
    part = Part("one", [sys.executable, "-c", script], {"MORE": "told"}, without={"TZ"})

    async def twice() -> None:
        deaths: list[str] = []

        def died(name: str) -> None:
            deaths.append(name)
            if len(deaths) == 2:
                runner.stop()

        runner = Supervisor([part], never, said.append, died)
        await runner.run()

    asyncio.run(twice())
    assert "one | None told" in said
    assert f"one | ended with status 0; starting again {when}" in said


def test_one_signal_stops_everything_in_five_seconds(platform: Platform) -> None:
    children = list(family(platform))
    assert len(children) == 3
    assert platform.stop() < 5
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_children_do_not_outlive_a_killed_parent(platform: Platform) -> None:
    children = list(family(platform))
    assert platform.process is not None
    os.kill(platform.process.pid, signal.SIGKILL)
    platform.process.wait(5)

    def all_gone() -> bool:
        return not any(Path(f"/proc/{pid}").exists() for pid in children)

    gone = wait(all_gone, 8)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert gone


def test_a_port_in_use_is_one_clear_sentence(platform: Platform, tmp_path: Path) -> None:
    second = {**platform.environment, "DATA_DIR": str(tmp_path / "second")}
    done = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT, env=second, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"127.0.0.1:{platform.port} cannot be used" in done.stderr
    assert "set PORT to another port" in done.stderr
