"""The media process itself: it starts, answers, and stops when it should."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from realtime.sfu.settings import BadSetting, from_environment
from tests.realtime.sfu.process import start

GOOD = {"MEDIA_SECRET": "0123456789abcdef"}


@pytest.fixture
def children() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for child in started:
        child.kill()
        child.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_within_two_seconds(children: list, number: int):
    child, _ = start()
    children.append(child)
    began = time.monotonic()
    child.send_signal(number)
    assert child.wait(3) == 0
    assert time.monotonic() - began < 2


def test_it_does_not_outlive_its_parent(children: list):
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    children.append(parent)
    child, _ = start(LIVECLASS_PARENT_PID=str(parent.pid))
    children.append(child)
    parent.kill()
    assert child.wait(5) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEDIA_SECRET", "short"),
        ("MEDIA_UDP_PORT", "99999"),
        ("MEDIA_HTTP_PORT", "http"),
        ("MEDIA_ANNOUNCED_ADDRESS", "10.0.0.1, example.org"),
        ("MEDIA_MAX_VIEWERS", "-1"),
    ],
)
def test_nonsense_in_the_environment_names_the_variable(name: str, value: str):
    with pytest.raises(BadSetting, match=name):
        from_environment({**GOOD, name: value})


def test_addresses_are_announced_as_given_or_found():
    given = from_environment({**GOOD, "MEDIA_ANNOUNCED_ADDRESS": "10.0.0.1, 127.0.0.1"})
    assert given.addresses == ("10.0.0.1", "127.0.0.1")
    assert "127.0.0.1" in from_environment(GOOD).addresses
