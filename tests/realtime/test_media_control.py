"""Web's line to media: signed, repeated until it is heard, never in anybody's way."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from realtime import sealed
from realtime.media_control import PATH, PURPOSE, QUEUE_CALLS, TOKEN_SECONDS, MediaControl

SECRET = "a secret for tests only"


class Ear(http.server.ThreadingHTTPServer):
    """A media process that only listens; deaf for some calls at first."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.deaf = 0
        self.status = 204
        super().__init__(("127.0.0.1", 0), _Listening)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Listening(http.server.BaseHTTPRequestHandler):
    server: Ear

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == PATH
        assert sealed.is_sealed(self.headers[sealed.SIGNATURE], body, SECRET.encode(), PURPOSE)
        self.server.calls.append(json.loads(body))
        self.server.deaf -= 1
        self.send_response(503 if self.server.deaf >= 0 else self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def ear() -> Iterator[Ear]:
    server = Ear()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def control() -> Iterator[MediaControl]:
    line = MediaControl(give_up=3)
    yield line
    line.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_media_hears_who_is_to_go_and_which_tokens_are_void(ear: Ear, control: MediaControl):
    control.start(ear.url, SECRET)
    before = int(time.time())
    control.expel("abc", 7)
    control.end_room("xyz")
    until(lambda: len(ear.calls) == 2)
    assert [(one["room"], one["member"]) for one in ear.calls] == [("abc", 7), ("xyz", None)]
    for one in ear.calls:
        assert before + TOKEN_SECONDS <= one["void_until"] <= time.time() + TOKEN_SECONDS
        assert sealed.is_fresh(one["sent"], time.time())
    assert ear.calls[0]["id"] != ear.calls[1]["id"]


def test_a_call_is_repeated_until_it_is_heard_and_stays_the_same_call(
    ear: Ear, control: MediaControl
):
    ear.deaf = 2
    control.start(ear.url, SECRET)
    control.expel("abc", 7)
    control.expel("abc", 8)
    until(lambda: len(ear.calls) == 4)
    assert [one["member"] for one in ear.calls] == [7, 7, 7, 8]
    assert len({one["id"] for one in ear.calls[:3]}) == 1
    assert len({one["sent"] for one in ear.calls[:3]}) == 3
    assert len({one["void_until"] for one in ear.calls[:3]}) == 1


def test_carried_out_before_is_heard_too(ear: Ear, control: MediaControl):
    ear.status = 409
    control.start(ear.url, SECRET)
    control.end_room("abc")
    control.end_room("xyz")
    until(lambda: len(ear.calls) == 2)


def test_after_a_while_it_is_lost_and_said(ear: Ear, caplog: pytest.LogCaptureFixture):
    ear.deaf = 10**6
    line = MediaControl(give_up=0.1)
    line.start(ear.url, SECRET)
    line.end_room("abc")
    until(lambda: "media was not told" in caplog.text)
    ear.deaf = 0
    line.expel("abc", 7)
    until(lambda: ear.calls[-1]["member"] == 7)
    line.close()


def test_nobody_waits_for_it_and_its_queue_is_bounded(ear: Ear, control: MediaControl):
    for member in range(10):
        control.expel("nowhere", member)  # not started
    ear.deaf = 10**6
    control.start(ear.url, SECRET)
    began = time.monotonic()
    for member in range(QUEUE_CALLS + 50):
        control.expel("abc", member)
    assert time.monotonic() - began < 1
    assert control._queue.qsize() <= QUEUE_CALLS
    assert all(one["room"] == "abc" for one in ear.calls)


def test_deliveries_are_claimed_once_and_remembered_for_a_while():
    now = [0.0]
    deliveries = sealed.Deliveries(most=2, clock=lambda: now[0])
    assert [deliveries.claim("a"), deliveries.claim("a")] == ["new", "running"]
    deliveries.done("a")
    assert deliveries.claim("a") == "done"
    assert deliveries.claim("b") == "new"
    assert deliveries.claim("c") == "full"
    deliveries.failed("b")
    assert deliveries.claim("b") == "new"
    now[0] = 2 * sealed.FRESH_S
    assert deliveries.claim("a") == "new"


def test_calls_for_one_purpose_are_worth_nothing_for_another():
    key = b"key"
    assert sealed.is_sealed(sealed.seal(b"x", key, PURPOSE), b"x", key, PURPOSE)
    assert not sealed.is_sealed(sealed.seal(b"x", key), b"x", key, PURPOSE)
    assert not sealed.is_sealed("", b"x", key)
