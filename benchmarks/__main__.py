"""All benchmarks, one after another: ``python -m benchmarks``."""

from __future__ import annotations

import subprocess
import sys

PARTS = ("realtime", "media", "picture")


def main() -> int:
    """Run each part in a process of its own; the number of parts that failed."""
    failed = 0
    for part in PARTS:
        print(f"== {part}", flush=True)
        failed += (
            subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], check=False).returncode
            != 0
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
