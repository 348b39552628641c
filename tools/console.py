"""What a person sees during set-up: a line per step with its seconds, a sentence on failure."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TAIL_LINES = 40
"""How much of a failed command's output is shown."""


class Problem(Exception):
    """Set-up cannot go on; the text is one sentence that names the fix."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print ``title`` now and the seconds it took when the block has ended."""
    print(f"  {title} …", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def run(
    command: Sequence[object],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    fix: str = "",
) -> str:
    """Run ``command`` quietly and return what it printed.

    Raises Problem with the end of its output, and with ``fix``, when it fails.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise Problem(f"Cannot start {words[0]}: {error.strerror}. {fix}".rstrip()) from error
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-TAIL_LINES:])
        name = " ".join(words[:4])
        raise Problem(f"`{name}` ended with code {done.returncode}. {fix}\n{tail}".rstrip())
    return done.stdout


def show(command: Sequence[object], *, cwd: Path = ROOT, env: Mapping[str, str]) -> int:
    """Run ``command`` with its output on the terminal and return its exit code."""
    words = [str(word) for word in command]
    sys.stdout.flush()
    return subprocess.run(words, cwd=cwd, env={**os.environ, **env}, check=False).returncode
