"""What the operating system says about a process, and where it may run."""

from __future__ import annotations

import os
import platform
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid: int) -> float:
    """Seconds of processor time (user and system) used by all threads of ``pid`` so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICKS


def resident(pid: int) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def own(pid: int) -> int:
    """Resident bytes that no file stands behind: what the process itself has taken."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


def descriptors(pid: int) -> int:
    """Open file descriptors."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def threads(pid: int) -> int:
    """Threads."""
    return len(os.listdir(f"/proc/{pid}/task"))


def pin(pid: int, core: int) -> bool:
    """Keep every thread of ``pid`` on ``core``; False where that is not allowed.

    Threads that start later inherit it.
    """
    allowed = os.sched_getaffinity(0)
    if len(allowed) < 2:
        return False
    wanted = {sorted(allowed)[core % len(allowed)]}
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread), wanted)
    except PermissionError:
        return False
    return True


def go_first(*pids: int) -> None:
    """Let these processes run before all others (SCHED_FIFO): delays are then theirs alone.

    Threads and children that start later inherit it. PermissionError for who is not root.
    """
    for pid in pids:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(ProcessLookupError):
                os.sched_setscheduler(int(thread), os.SCHED_FIFO, os.sched_param(1))


def require_descriptors(members: int) -> None:
    """Raise our limit of open files (children inherit it) so that ``members`` fit.

    SystemExit with the number that is missing when the hard limit is too low.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = members * 2 + 512
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise SystemExit(
            f"{members} members need {wanted} open files and the hard limit is {hard}: "
            f"run `ulimit -Hn {wanted}` as root first, or ask for fewer members."
        )
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def grown_by(work: Callable[[], object]) -> int:
    """Bytes by which ``work`` raises what the process itself has taken (``own``), at the most.

    It is done in a child of this process: what was taken before does not hide it. A file that is
    mapped, as a database's, counts for nothing: its pages are anybody's. Nothing may be open that
    two processes cannot share. SystemExit when ``work`` fails.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(writing, str(_peak_of(work)).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    os.close(writing)
    with open(reading, "rb") as said:
        grown = said.read()
    if os.waitpid(child, 0)[1]:
        raise SystemExit("what was to be measured failed")
    return int(grown)


def _peak_of(work: Callable[[], object]) -> int:
    """As ``grown_by``, in this process, looked at fifty times a second."""
    before = most = own(os.getpid())
    done = threading.Event()

    def look() -> None:
        nonlocal most
        while not done.wait(0.02):
            most = max(most, own(os.getpid()))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        work()
    finally:
        done.set()
        looking.join()
    return most - before


def speed() -> float:
    """Milliseconds for a fixed piece of Python, the quickest of five: the same machine may be half
    as fast on another day, and figures that are no ratios are compared with this beside them."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        total = 0
        for number in range(500_000):
            total += number & 7
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def described() -> str:
    """Machine and versions in one line, for under a table."""
    names = ("Django", "daphne", "Twisted", "autobahn", "msgspec")
    libraries = ", ".join(f"{name} {version(name)}" for name in names)
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()} (reference loop {speed():.0f} ms), {libraries}"
    )


class Meter:
    """Processor time of one process over a stretch."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[Meter]:
        """Adds what is used inside to ``seconds``."""
        before = cpu(self.pid)
        try:
            yield self
        finally:
            self.seconds += cpu(self.pid) - before
