"""What the machine itself must have: Python, its venv module, Node.js, Chromium, servers."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tools.console import ROOT, Problem, run, step

PYTHON_FLOOR = (3, 11)
NODE_FLOOR = 18
CHROMIUM_PACKAGES = ("chromium", "fonts-noto-cjk")
CHROMIUM_PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
UNPACKED = ROOT / ".cache" / "debian"
"""Where packages are unpacked that nobody installed."""


class ServerProgram(NamedTuple):
    """A server that tests start: where it may be, and the Debian package that has it."""

    variable: str
    place: str
    package: str


SERVERS = {
    "nginx": ServerProgram("LIVECLASS_NGINX", "usr/sbin/nginx", "nginx"),
    "turnserver": ServerProgram("LIVECLASS_TURNSERVER", "usr/bin/turnserver", "coturn"),
}


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


def server(name: str) -> Path | None:
    """The program of a server: the one its variable names, the system's, or the unpacked one."""
    wanted = SERVERS[name]
    if named := os.environ.get(wanted.variable):
        return Path(named) if Path(named).is_file() else None
    places = [Path("/") / wanted.place, shutil.which(name), UNPACKED / wanted.place]
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


def libraries_of(program: Path) -> dict[str, str]:
    """The environment an unpacked program needs to find the libraries unpacked with it."""
    if UNPACKED not in program.parents:
        return {}
    folders = {path.parent for path in UNPACKED.glob("**/*.so*")}
    return {"LD_LIBRARY_PATH": os.pathsep.join(sorted(map(str, folders)))}


def servers_fix() -> str:
    """What to do about a server that is missing, as half a sentence."""
    packages = " ".join(one.package for one in SERVERS.values())
    names = " and ".join(one.variable for one in SERVERS.values())
    return (
        f"run `make test`, or apt-get install {packages}, or name the programs with {names}; "
        "LIVECLASS_SKIP=stack leaves these tests out"
    )


def ensure_servers() -> None:
    """nginx and coturn for the tests of a whole installation.

    With apt-get as root; otherwise, and where installing would also start them on the ports of
    this machine (systemd), their packages are only fetched and unpacked.
    """
    missing = [one for name, one in SERVERS.items() if server(name) is None]
    if not missing:
        return
    if any(os.environ.get(one.variable) for one in missing) or not shutil.which("apt-get"):
        raise Problem(f"Tests of a whole installation need nginx and coturn: {servers_fix()}.")
    packages = [one.package for one in missing]
    with step(f"{' and '.join(packages)} (apt-get)"):
        if os.geteuid() == 0 and not Path("/run/systemd/system").exists():
            quiet = {"DEBIAN_FRONTEND": "noninteractive"}
            fix = f"Try by hand: apt-get install {' '.join(packages)}."
            run(["apt-get", "update", "-qq"], env=quiet, fix=fix)
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
            run([*install, *packages], env=quiet, fix=fix)
        else:
            unpack(packages)
    if any(server(name) is None for name in SERVERS):
        raise Problem(f"apt-get did not bring nginx and coturn: {servers_fix()}.")


def unpack(packages: list[str]) -> None:
    """Fetch Debian packages, and what they need that is not installed, and unpack them."""
    state = UNPACKED / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    fix = f"To leave them out: {servers_fix()}."
    own = [
        "-o", "Debug::NoLocking=1", "-o", f"Dir::State::lists={state}/lists",
        "-o", f"Dir::Cache={state}", "-o", f"Dir::Cache::archives={state}/archives",
        "-o", "APT::Sandbox::User=",
    ]  # fmt: skip
    run(["apt-get", *own, "update", "-qq"], fix=fix)
    fetch = ["install", "-y", "-qq", "--no-install-recommends", "--download-only"]
    run(["apt-get", *own, *fetch, *packages], fix=fix)
    for archive in sorted((state / "archives").glob("*.deb")):
        run(["dpkg-deb", "-x", archive, UNPACKED], fix=fix)


def _answers(program: str) -> bool:
    """Whether ``program --version`` works: a version manager's shim may point at nothing."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
