"""The commands behind ``make``: ``python3 -m tools.setup run`` and so on.

Every command may be repeated at any time; what is done already is not done again.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools import environment, frontend, stamps, suite, system
from tools.console import ROOT, Problem, run, step


def start() -> int:
    """``make run``: set everything up, then become the platform."""
    began = time.monotonic()
    print("LiveClass: getting ready", flush=True)
    prepare("run")
    collect_static()
    fill_database()
    print(f"  ready in {time.monotonic() - began:.1f} s, starting", flush=True)
    os.chdir(ROOT)
    os.execv(environment.PYTHON, [str(environment.PYTHON), "manage.py", "serve"])


def prepare(kind: str = "dev") -> int:
    """``make build``: environment and front end."""
    environment.ensure(kind)
    frontend.ensure_built()
    return 0


def collect_static() -> None:
    """Gather static files for serving when any of them changed."""
    inputs = stamps.files_below(ROOT / "liveclass" / "static", environment.LOCKS["run"])
    wanted = stamps.digest(inputs + stamps.files_below(frontend.BUILD))
    target = Path(os.environ.get("STATIC_ROOT") or data_dir() / "static")
    stamp = target / ".stamp"
    if (target / "staticfiles.json").is_file() and stamps.is_fresh(stamp, wanted):
        return
    with step("Static files"):
        manage("collectstatic", "--no-input", "--verbosity=0")
    stamps.write(stamp, wanted)


def fill_database() -> None:
    """Migrate, and load the demo organisation into an empty database.

    Done once a day (the demo's classes follow the date) and whenever migrations changed; always
    when the database is not the file in DATA_DIR, because then its state is not ours to remember.
    """
    stamp = data_dir() / "database.stamp"
    wanted = stamps.digest(_migrations(), time.strftime("%Y-%m-%d"))
    embedded = not os.environ.get("DATABASE_URL") and (data_dir() / "db.sqlite3").is_file()
    if embedded and stamps.is_fresh(stamp, wanted):
        return
    with step("Database"):
        manage("migrate", "--no-input", "--verbosity=0")
    if _wants_demo():
        with step("Demo organisation"):
            told = manage("demo", "--if-empty")
        if told.strip():
            print(told.rstrip(), flush=True)
    stamps.write(stamp, wanted)


def demo() -> int:
    """``make demo``: load the demo organisation (again), showing its accounts."""
    prepare("run")
    manage("migrate", "--no-input", "--verbosity=0")
    print(manage("demo").rstrip())
    return 0


def lock() -> int:
    """``make lock``: write the lock files anew; UPGRADE=1 takes newer versions."""
    environment.lock(upgrade=os.environ.get("UPGRADE", "0") == "1")
    return 0


def data_dir() -> Path:
    """DATA_DIR as the settings read it: relative names belong to the project's folder."""
    return ROOT / os.environ.get("DATA_DIR", "data")


def _migrations() -> list[Path]:
    storeys = (ROOT / name for name in ("liveclass", "courses", "members"))
    written = [path for storey in storeys for path in storey.glob("migrations/*.py")]
    return sorted([*written, environment.LOCKS["run"]])


def _wants_demo() -> bool:
    production = os.environ.get("LIVECLASS_ENV") == "production"
    return os.environ.get("DEMO", "0" if production else "1") != "0"


def manage(*words: str) -> str:
    """Run one management command quietly and return what it printed."""
    return run([environment.PYTHON, "manage.py", *words])


COMMANDS: dict[str, Callable[[], int]] = {
    "run": start,
    "build": prepare,
    "demo": demo,
    "lock": lock,
    "test": suite.test,
    "check": suite.check,
    "fmt": suite.fmt,
    "bench": suite.bench,
    "messages": suite.messages,
}


def main(words: list[str]) -> int:
    """Run one command; a Problem becomes one sentence on stderr and exit code 1."""
    if len(words) != 1 or words[0] not in COMMANDS:
        print(f"usage: python3 -m tools.setup [{'|'.join(COMMANDS)}]", file=sys.stderr)
        return 2
    try:
        system.ensure_python()
        return COMMANDS[words[0]]()
    except Problem as problem:
        print(f"\nLiveClass: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
