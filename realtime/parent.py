"""A child process that does not outlive its parent, also when that is killed without a word."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2), Linux 2.1.57."""
PARENT = "LIVECLASS_PARENT"
"""Environment variable in which a supervisor tells its children who it is."""


def die_with_parent() -> None:
    """Ask the kernel for SIGTERM when the supervisor dies; leave at once if it is dead already.

    Does nothing for a process that was not started by a supervisor.
    """
    expected = os.environ.get(PARENT)
    if not expected or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(expected):
        raise SystemExit(0)
