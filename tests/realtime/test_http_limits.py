"""What a stranger may cost: judged without a socket, and against a real daphne."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Iterator
from subprocess import PIPE, Popen

import pytest

from realtime.http_limits import Doorkeeper, HttpLimits

LIMITS = HttpLimits(
    body=1000, sizes={"/media/": 100, "/ws/": 0}, uploads={"/media/tus/": 10_000},
    header_seconds=15, body_seconds=60, grace_seconds=2, waiting_per_address=3,
)  # fmt: skip

SERVER = """
from realtime.server import Server, tcp_endpoint
from realtime.http_limits import HttpLimits
import asyncio, sys

async def application(scope, receive, send):
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    start = {"type": "http.response.start", "status": 200,
             "headers": [(b"content-length", b"%d" % len(str(size)))]}
    await send(start)
    await send({"type": "http.response.body", "body": str(size).encode()})

async def tell():
    print(server.listening_addresses[0][1], flush=True)

server = Server(application, tcp_endpoint("127.0.0.1", 0), on_start=tell, limits=HttpLimits(
    body=300_000, sizes={"/media/": 65536, "/ws/": 0}, uploads={"/tus/": 5_000_000},
    header_seconds=1.5, body_seconds=1.5, grace_seconds=0.2, waiting_per_address=3))
server.run()
"""


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(clock: Clock) -> Doorkeeper[str]:
    return Doorkeeper(LIMITS, clock)


@pytest.mark.parametrize(
    ("target", "size", "is_upload"),
    [
        (b"/", 1000, False),
        (b"/media/whip/x/camera?a=1", 100, False),
        (b"/%6dedia/whip/x/camera", 100, False),
        (b"/?/media/tus/", 1000, False),
        (b"/media/tus/1", 10_000, True),
        (b"/ws/room/x/", 0, False),
        (b"*", 1000, False),
        (b"\xff\xfe", 1000, False),
    ],
)
def test_the_path_says_how_much_may_follow(target: bytes, size: int, is_upload: bool) -> None:
    found = LIMITS.allowance(target)
    assert (found.size, found.is_upload) == (size, is_upload)


def test_a_dripped_head_ends_at_its_deadline(keeper: Doorkeeper[str], clock: Clock) -> None:
    for _ in range(15):
        assert keeper.late() == []
        keeper.expect_head("a", "10.0.0.1")
        clock.now += 1
    assert keeper.late() == ["a"]


def test_a_body_has_a_deadline_of_its_own(keeper: Doorkeeper[str], clock: Clock) -> None:
    keeper.expect_head("a", "10.0.0.1")
    clock.now += 14
    keeper.expect_body("a", LIMITS.allowance(b"/"))
    clock.now += 59
    assert keeper.late() == []
    clock.now += 1
    assert keeper.late() == ["a"]


def test_an_upload_that_moves_may_take_its_time(keeper: Doorkeeper[str], clock: Clock) -> None:
    keeper.expect_head("a", "10.0.0.1")
    for _ in range(10):
        keeper.expect_body("a", LIMITS.allowance(b"/media/tus/1"))
        clock.now += 59
        assert keeper.late() == []
    clock.now += 1
    assert keeper.late() == ["a"]


def test_the_oldest_of_too_many_slow_ones_go(keeper: Doorkeeper[str], clock: Clock) -> None:
    for name in "abcde":
        keeper.expect_head(name, "10.0.0.1")
        clock.now += 0.1
    keeper.expect_head("other", "10.0.0.2")
    clock.now += 2
    assert keeper.late() == ["a", "b"]


def test_many_who_are_not_slow_stay(keeper: Doorkeeper[str], clock: Clock) -> None:
    """A hospital that comes back at once, from one address."""
    for number in range(5000):
        keeper.expect_head(str(number), "10.0.0.1")
    clock.now += 1.9
    assert keeper.late() == []
    for number in range(5000):
        keeper.done(str(number))
    clock.now += 60
    assert keeper.late() == []
    assert len(keeper) == 0


def test_a_young_connection_owes_a_request(keeper: Doorkeeper[str], clock: Clock) -> None:
    keeper.expect_head("old", "a")
    clock.now += 1
    assert keeper.expects(since=clock.now - 2)
    assert not keeper.expects(since=clock.now - 0.5)
    keeper.expect_head("new", "a")
    assert keeper.expects(since=clock.now - 0.5)
    keeper.done("new")
    assert not keeper.expects(since=clock.now - 0.5)


def test_behind_a_proxy_nobody_is_counted(clock: Clock) -> None:
    keeper: Doorkeeper[int] = Doorkeeper(HttpLimits(waiting_per_address=0), clock)
    for number in range(500):
        keeper.expect_head(number, "127.0.0.1")
    clock.now += 10
    assert keeper.late() == []


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with Popen([sys.executable, "-c", SERVER], stdout=PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def _head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def _answer(connection: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/", 300_000, b"200"), ("/", 300_001, b"413"),
        ("/media/whip/x/camera", 65536, b"200"), ("/media/whip/x/camera", 65537, b"413"),
        ("/ws/room/x/", 1, b"413"), ("/tus/1", 2_000_000, b"200"), ("/tus/1", 5_000_001, b"413"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("chunked", [False, True])
def test_a_long_body_is_refused(
    port: int, path: str, size: int, status: bytes, chunked: bool
) -> None:
    with _connect(port) as connection:
        if chunked:
            connection.sendall(_head(path, "Transfer-Encoding: chunked", "Connection: close"))
            for start in range(0, size, 20_000):
                piece = b"x" * min(20_000, size - start)
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            connection.sendall(b"0\r\n\r\n")
        else:
            connection.sendall(_head(path, f"Content-Length: {size}", "Connection: close"))
            connection.sendall(b"x" * size)
        answer = _answer(connection)
    assert answer.split(b" ", 2)[1] == status
    assert answer.endswith(b"\r\n\r\n%d" % size if status == b"200" else b"}")


def test_too_much_is_refused_before_it_is_sent(port: int) -> None:
    with _connect(port) as connection:
        expected = _head("/", "Content-Length: 200000000", "Expect: 100-continue")
        connection.sendall(expected)
        answer = _answer(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Connection: close" in answer


def test_a_refused_sender_is_not_read_for_long(port: int) -> None:
    began = time.monotonic()
    with _connect(port) as connection:
        connection.sendall(_head("/", "Content-Length: 200000000"))
        while time.monotonic() - began < 10:
            try:
                connection.sendall(b"x" * 1000)
            except OSError:
                break
            time.sleep(0.05)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("part", ["nothing", "head", "body"])
def test_a_dripping_request_is_ended(port: int, part: str) -> None:
    began = time.monotonic()
    with _connect(port) as connection:
        if part == "head":
            connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        if part == "body":
            connection.sendall(_head("/", "Content-Length: 1000"))
        connection.settimeout(0.1)
        heard = b""
        while time.monotonic() - began < 10:
            try:
                got = connection.recv(1000)
            except TimeoutError:
                if part != "nothing":
                    connection.sendall(b"a")
                continue
            except ConnectionResetError:
                break
            if not got:
                break
            heard += got
    assert time.monotonic() - began < 5
    assert heard.startswith(b"HTTP/1.1 408 ") or part == "nothing"


def test_a_connection_goes_on_after_a_request(port: int) -> None:
    with _connect(port) as connection:
        for pause in (0, 0, 2.5):  # longer idle than a head may take
            time.sleep(pause)
            connection.sendall(_head("/", "Content-Length: 3") + b"abc")
            assert connection.recv(4096).endswith(b"\r\n\r\n3")
        pair = _head("/", "Content-Length: 3") + b"abc"
        connection.sendall(pair + pair)
        heard = b""
        while heard.count(b"\r\n\r\n3") < 2:
            heard += connection.recv(4096)


@pytest.mark.asyncio
async def test_slow_ones_of_one_address_are_few_and_shut_nobody_out(port: int) -> None:
    async def slow() -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n")
        try:
            await asyncio.wait_for(reader.read(), 1.3)  # before the deadline of its head
        except TimeoutError:
            return True
        finally:
            writer.close()
        return False

    async def quick() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return answer[:12]

    tries = [*(slow() for _ in range(12)), asyncio.sleep(1, b""), *(quick() for _ in range(40))]
    outcomes = await asyncio.gather(*tries)
    assert outcomes[:12].count(True) <= 3
    assert set(outcomes[13:]) == {b"HTTP/1.1 200"}
