"""What the machine itself must have: Python, its venv module, Node.js, Chromium."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.console import Problem, run, step

PYTHON_FLOOR = (3, 11)
NODE_FLOOR = 18
CHROMIUM_PACKAGES = ("chromium", "fonts-noto-cjk")
CHROMIUM_PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def ensure_python() -> None:
    """Go on with Python 3.11 or newer: this one, or the newest other one on the PATH."""
    if sys.version_info >= PYTHON_FLOOR:
        return
    for minor in range(15, PYTHON_FLOOR[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and _answers(other):
            os.execv(other, [other, "-m", "tools.setup", *sys.argv[1:]])
    have = ".".join(str(part) for part in sys.version_info[:2])
    raise Problem(
        f"LiveClass needs Python 3.11 or newer and this is {have}; install it "
        "(Debian 12, Ubuntu 24.04: apt-get install python3 python3-venv) or set PYTHON=/its/path."
    )


def ensure_venv_module() -> None:
    """Debian ships Python without ``ensurepip``; say so before ``venv`` fails halfway."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    raise Problem(
        "Python's venv module is missing here; install it and run make again: "
        f"apt-get install python3-venv (or python3.{sys.version_info[1]}-venv)."
    )


def system_node() -> Path | None:
    """The folder of a Node.js 18+ with npm on the PATH, or None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or not _answers(npm):
        return None
    version = run([node, "--version"]).strip().lstrip("v")
    major = version.split(".")[0]
    return Path(node).parent if major.isdigit() and int(major) >= NODE_FLOOR else None


def chromium() -> Path | None:
    """Chromium for browser tests: ``LIVECLASS_CHROMIUM``, or where distributions put it."""
    named = os.environ.get("LIVECLASS_CHROMIUM")
    places = [named] if named else list(CHROMIUM_PLACES)
    return next((Path(place) for place in places if Path(place).is_file()), None)


def ensure_chromium() -> None:
    """Install Chromium and CJK fonts when this is root on Debian; otherwise name the command."""
    if chromium() is not None:
        return
    fix = f"apt-get install {' '.join(CHROMIUM_PACKAGES)}"
    if os.environ.get("LIVECLASS_CHROMIUM") or os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem(
            f"Browser tests need Chromium; install it ({fix}), or name one with "
            "LIVECLASS_CHROMIUM, or leave those tests out with LIVECLASS_SKIP=browser."
        )
    with step("Chromium and CJK fonts (apt-get)"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], env=quiet, fix=f"Try by hand: {fix}.")
        names = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *CHROMIUM_PACKAGES]
        run(names, env=quiet, fix=f"Try by hand: {fix}.")


def _answers(program: str) -> bool:
    """Whether ``program --version`` works: a version manager's shim may point at nothing."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
