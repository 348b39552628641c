"""Runs a program with little memory, little time and small files.

``python -m courses.uploads.bounded <memory> <seconds> <file> <program> <argument>…`` takes bytes,
seconds of the processor and bytes; it becomes the program.
"""

from __future__ import annotations

import os
import resource
import sys


def become(memory: int, seconds: int, file: int, command: list[str]) -> None:
    """Be ``command`` from now on, within these bounds; children inherit them."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.execv(command[0], command)  # noqa: S606 - a program named by its whole path


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
