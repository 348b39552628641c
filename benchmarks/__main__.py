"""A short selection, one after another: ``python -m benchmarks``.

The full figures take longer and are run one by one, see README.md.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from benchmarks.programs import Missing, compiler

SHORT = (
    ("fanout", "500", "--seconds", "1", "--rounds", "2"),
    ("paced", "--small", "--seconds", "4"),
    ("votes", "--quick"),
    ("storm", "--quick"),
    ("cuts", "--quick"),
    ("slowdb", "--members", "100", "--seconds", "12"),
    ("stalled", "--seconds", "6"),
    ("media",),
    ("picture",),
)
WITHOUT_COMPILER = (("realtime",), ("media",), ("picture",))


def parts() -> tuple[tuple[str, ...], ...]:
    """What can run here."""
    try:
        compiler()
    except Missing as missing:
        print(missing, flush=True)
        return WITHOUT_COMPILER
    if shutil.which("npm") is None:
        print("npm is not installed: fanout runs without Node's servers.", flush=True)
    return SHORT


def main() -> int:
    """Run each part in a process of its own; the number of parts that failed."""
    failed = 0
    for part, *words in parts():
        print(f"\n== {part} {' '.join(words)}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{part}", *words]
        failed += subprocess.run(command, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
