"""``manage.py loadtest`` against a real web process, and what it refuses to do."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from liveclass.operations.tally import Delays
from tests.realtime.classroom import ROOT, Classroom

TABLES = (
    "members_member", "courses_session", "courses_activity", "courses_attendance",
    "liveclass_room", "liveclass_roomevent", "liveclass_message", "liveclass_vote",
    "liveclass_poll", "liveclass_participation", "members_unit", "members_unitclosure",
)  # fmt: skip


def rows(room: Classroom) -> dict[str, int]:
    return {table: room.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in TABLES}  # noqa: S608


def hear_ctrl_c() -> None:
    """A shell that runs the tests in the background lets them, and their children, ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begin(room: Classroom, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "loadtest", *words], cwd=ROOT, env=room.environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - nothing but one call between fork and exec
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=90)
    return process.returncode, out, err


def until_started(room: Classroom, process: subprocess.Popen[str]) -> None:
    """Until the temporary class has said its first lines."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        said = room.rows("SELECT COUNT(*) FROM liveclass_message WHERE text LIKE 'loadtest#%'")
        if said[0][0]:
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise AssertionError(f"the load test did not start: {process.communicate()}")


@pytest.fixture
def told(own_classroom: Classroom) -> dict[str, Any]:
    before = rows(own_classroom)
    process = begin(
        own_classroom, "--members", "20", "--rate", "8", "--votes", "20", "--seconds", "3", "--json"
    )
    code, out, err = finish(process)
    assert code == 0, err + out
    assert rows(own_classroom) == before, "something was left behind"
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_class_is_held_measured_and_removed(told: dict[str, Any]) -> None:
    assert told["ok"] is True
    assert told["members"] == 20
    assert told["accepted_lines"] == told["stored_lines"] == 24
    assert told["votes_accepted"] == told["votes_counted"] == told["stored_votes"] == 20
    assert told["deliveries"] == 24 * 21  # the host hears it too
    assert told["lost"] == told["duplicates"] == told["unanswered"] == 0
    assert 0 < told["delivery_ms"]["p50"] <= told["delivery_ms"]["p99"] < 5000
    assert told["ack_ms"]["count"] >= 44
    assert told["generator"]["core"] > 0


def test_an_interrupted_test_cleans_up(own_classroom: Classroom) -> None:
    before = rows(own_classroom)
    process = begin(own_classroom, "--members", "5", "--rate", "2", "--seconds", "60")
    until_started(own_classroom, process)
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code == 130, err
    assert "Traceback" not in err
    assert rows(own_classroom) == before


def test_a_server_that_dies_is_a_failure(own_classroom: Classroom) -> None:
    before = rows(own_classroom)
    process = begin(own_classroom, "--members", "5", "--rate", "2", "--seconds", "4", "--json")
    until_started(own_classroom, process)
    own_classroom.kill()
    code, out, err = finish(process)
    assert code == 1, err + out
    assert rows(own_classroom) == before


def test_a_prepared_class_stays_until_it_is_removed(own_classroom: Classroom) -> None:
    before = rows(own_classroom)
    code, out, err = finish(begin(own_classroom, "--prepare", "--members", "6"))
    assert code == 0, err
    short = ("--members", "4", "--rate", "2", "--seconds", "1", "--class")
    assert finish(begin(own_classroom, *short, out.strip()))[0] == 0
    assert rows(own_classroom)["courses_session"] == before["courses_session"] + 1
    code, _, err = finish(begin(own_classroom, *short, own_classroom.told["code"]))
    assert code == 1, "a real class was used"
    assert finish(begin(own_classroom, "--remove"))[0] == 0
    assert rows(own_classroom) == before


@pytest.mark.parametrize(
    "words",
    [
        ("--members", "5001"), ("--members", "1"), ("--seconds", "601"), ("--seconds", "0"),
        ("--rate", "0"), ("--rate", "1e9"), ("--members", "10", "--votes", "11"),
        ("--members", "10", "--rate", "11"),
        ("--members", "5000", "--rate", "1000", "--seconds", "600"),
    ],
)  # fmt: skip
def test_it_is_bounded(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"--|members ×"):
        call_command("loadtest", *words)


@pytest.mark.parametrize("url", ["https://class.example.org/", "http://10.0.0.7:8000"])
@pytest.mark.parametrize("owned", ["", "other.example.org"])
def test_other_servers_are_left_alone(url: str, owned: str) -> None:
    with pytest.raises(CommandError, match="i-own-this-server"):
        call_command("loadtest", "--url", url, "--i-own-this-server", owned)


def test_only_web_addresses_are_addresses() -> None:
    with pytest.raises(CommandError, match="http"):
        call_command("loadtest", "--url", "ftp://127.0.0.1/")


def test_quantiles_are_those_of_a_sorted_list() -> None:
    delays = Delays()
    for number in range(1, 1001):
        delays.add(number / 1000)
    for share, wanted in ((0.5, 0.5), (0.95, 0.95), (0.99, 0.99), (1.0, 1.0)):
        assert abs(delays.quantile(share) - wanted) < 0.0015
    assert delays.summary()["count"] == 1000
    delays.add(10_000.0)
    assert delays.longest == 10_000.0
    assert Delays().quantile(0.99) == 0.0
