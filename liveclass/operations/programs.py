"""Are the programs themselves complete: Python, libraries, front end, translations?"""

from __future__ import annotations

import gettext as catalogues
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from liveclass.operations.finding import Finding, fail, ok, warn

OLDEST_PYTHON = (3, 11)
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(\s*;)?", re.MULTILINE)
BUNDLES = ("room.js", "check.js", "site.js")
SHOWN = 4
"""Names in one line before the rest becomes a number."""


def python() -> Finding:
    """The version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        advice = _("Install Python 3.11 or newer, remove .venv and run make again.")
        return fail("python", _("Python %(version)s is too old.") % {"version": version}, advice)
    return ok("python", _("Python %(version)s") % {"version": version})


def libraries() -> Finding:
    """Installed versions against the lock."""
    lock = Path(settings.BASE_DIR) / "requirements.txt"
    if not lock.is_file():
        return warn(
            "libraries",
            _("requirements.txt is not here: versions cannot be compared."),
            _("Install the whole project, with its lock."),
        )
    pinned = pinned_in(lock.read_text(encoding="utf-8"))
    different = list(differences(pinned))
    if not different:
        return ok("libraries", _("%(count)s libraries are as locked.") % {"count": len(pinned)})
    return warn(
        "libraries",
        _("Not as locked: %(names)s") % {"names": _few(different)},
        _("Run `make build`, which installs what the lock says."),
    )


def pinned_in(lock: str) -> dict[str, tuple[set[str], bool]]:
    """By name: the versions that fit somewhere, and whether it belongs on every system."""
    found: dict[str, tuple[set[str], bool]] = {}
    for name, version, only_somewhere in PINNED.findall(lock):
        versions, everywhere = found.get(name, (set(), False))
        found[name] = (versions | {version}, everywhere or not only_somewhere)
    return found


def differences(pinned: dict[str, tuple[set[str], bool]]) -> Iterator[str]:
    """Libraries that are missing or of another version; those for other systems are left out."""
    for name, (wanted, everywhere) in pinned.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            if everywhere:
                yield f"{name} ({_few(sorted(wanted))}, -)"
            continue
        if found not in wanted:
            yield f"{name} ({_few(sorted(wanted))}, {found})"


def _few(names: list[str]) -> str:
    more = f" +{len(names) - SHOWN}" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def front_end() -> Finding:
    """The programs of the pages, where they are served from."""
    built = Path(settings.BASE_DIR) / "liveclass" / "static" / "build"
    collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
    missing = [name for name in BUNDLES if not (built / name).is_file()]
    if missing:
        says = _("Not built: %(names)s") % {"names": ", ".join(missing)}
        return fail("front end", says, _("Run `make build`."))
    if settings.PRODUCTION and not collected.is_file():
        return fail(
            "front end",
            _("Built, but not collected for serving."),
            _("Run `manage.py collectstatic --no-input`."),
        )
    newest = max((built / name).stat().st_mtime for name in BUNDLES)
    if collected.is_file() and collected.stat().st_mtime < newest:
        return warn(
            "front end",
            _("Built after it was collected: browsers get the older version."),
            _("Run `manage.py collectstatic --no-input`."),
        )
    return ok("front end", _("Built."))


def translations() -> Finding:
    """The compiled catalogue of Chinese; English is written in the sources."""
    compiled = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    try:
        with compiled.open("rb") as file:
            catalogues.GNUTranslations(file)
    except (OSError, ValueError, UnicodeDecodeError):
        says = _("The Chinese texts are not compiled.")
        return fail("translations", says, _("Run `make messages`."))
    return ok("translations", _("The Chinese texts are compiled."))
