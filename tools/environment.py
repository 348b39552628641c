"""The Python environment ``.venv``, made from the hashed lock files by uv, or by pip alone.

``requirements.txt`` is what the platform runs on; ``requirements-dev.txt`` is that and all tools.
An environment made for development also serves to run, so ``make run`` never takes tools away.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path

from tools import stamps, system
from tools.console import ROOT, Problem, run, step

BOOT = ROOT / ".boot"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
    "trusted-host": "UV_INSECURE_HOST",
}
"""uv does not read pip's configuration: a user's own package mirror is handed on like this."""
COMMA_LISTS = {"UV_FIND_LINKS"}
COMPILE = [
    "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock",
]  # fmt: skip
NO_NETWORK = (
    "Check the network, or the package mirror that pip is configured for (pip config list)."
)


def ensure(kind: str) -> None:
    """Bring ``.venv`` to the lock of ``kind`` (``run`` or ``dev``) unless it is there already."""
    if _is_ready(kind):
        return
    kind = "dev" if _made_for() == "dev" else kind
    system.ensure_venv_module()
    uv = _uv()
    what = "runtime" if kind == "run" else "runtime and development tools"
    with step(f"Python packages ({what})"):
        _stamp().unlink(missing_ok=True)
        _sync(uv, LOCKS[kind])
    stamps.write(_stamp(), f"{kind} {_digest(kind)}")


def add(name: str) -> None:
    """Install one package of the development lock, with its hashes, beside what is there."""
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "one.txt"
        lock.write_text(locked(name), encoding="utf-8")
        uv = _uv()
        if uv:
            flags = ["--no-deps", "--require-hashes", "-r", lock]
            run([uv, "pip", "install", "-q", "--python", PYTHON, *flags], env=uv_settings())
        else:
            flags = ["--no-deps", "--require-hashes", "-r", lock]
            run([PYTHON, "-m", "pip", "install", "-q", *flags], fix=NO_NETWORK)


def lock(upgrade: bool) -> None:
    """Write both lock files anew from pyproject.toml; ``upgrade`` takes newer versions."""
    uv = _uv()
    if uv is None:
        raise Problem("`make lock` needs uv, which could not be installed. " + NO_NETWORK)
    more = ["--upgrade"] if upgrade else []
    for kind, target in LOCKS.items():
        group = ["--group", "dev"] if kind == "dev" else []
        with step(target.name):
            command = [uv, *COMPILE, *more, "pyproject.toml", *group, "-o", target.name]
            run(command, env=uv_settings(), fix=NO_NETWORK)


def locked(name: str) -> str:
    """The lines of one package, with hashes, from the development lock."""
    block: list[str] = []
    for line in LOCKS["dev"].read_text(encoding="utf-8").splitlines():
        if block and not line.startswith("    --hash"):
            break
        if block or line.startswith(f"{name}=="):
            block.append(line)
    if not block:
        raise Problem(f"{LOCKS['dev'].name} does not name {name}: run `make lock`.")
    return "\n".join(block).rstrip("\\ ") + "\n"


def uv_settings() -> dict[str, str]:
    """Environment that gives uv what pip is configured with; a user's own UV_… names win."""
    listing = run([BOOT / "bin" / "python", "-m", "pip", "config", "list"])
    settings: dict[str, str] = {}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        name = PIP_TO_UV.get(key.rsplit(".", 1)[-1].strip())
        words = shlex.split(value)
        if name and words and name not in os.environ:
            text = " ".join(words).split()
            settings[name] = ("," if name in COMMA_LISTS else " ").join(text)
    return settings


def _uv() -> Path | None:
    """uv in its own small environment; None when it cannot be had and pip must do."""
    uv = BOOT / "bin" / "uv"
    wanted = stamps.digest([], locked("uv"))
    if uv.is_file() and stamps.is_fresh(BOOT / "stamp", wanted):
        return uv
    with step("uv, the package installer"):
        if not (BOOT / "bin" / "python").is_file():
            run([sys.executable, "-m", "venv", BOOT])
        with tempfile.TemporaryDirectory() as folder:
            one = Path(folder) / "uv.txt"
            one.write_text(locked("uv"), encoding="utf-8")
            pip = [BOOT / "bin" / "python", "-m", "pip", "install", "-q"]
            try:
                run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", one])
            except Problem:
                return None
    stamps.write(BOOT / "stamp", wanted)
    return uv


def _sync(uv: Path | None, lock_file: Path) -> None:
    if uv is None:
        run([sys.executable, "-m", "venv", VENV])
        run([PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock_file],
            fix=NO_NETWORK)  # fmt: skip
        return
    if not PYTHON.is_file():
        run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV])
    command = [uv, "pip", "sync", "-q", "--python", PYTHON, "--require-hashes", lock_file]
    run(command, env=uv_settings(), fix=NO_NETWORK)


def _is_ready(kind: str) -> bool:
    made_for = _made_for()
    return PYTHON.exists() and any(
        made_for == serves and stamps.is_fresh(_stamp(), f"{serves} {_digest(serves)}")
        for serves in (kind, "dev")
    )


def _made_for() -> str:
    stamp = _stamp()
    return stamp.read_text(encoding="utf-8").split(" ")[0] if stamp.is_file() else ""


def _digest(kind: str) -> str:
    return stamps.digest([LOCKS[kind]])


def _stamp() -> Path:
    return VENV / "liveclass-stamp"
