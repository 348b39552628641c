"""What the machine gives: clock, disk, descriptors, room for a rush of connections."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from liveclass.operations.finding import Finding, fail, ok, warn
from members.units.queries import organisation

MIB = 1024 * 1024
SCARCE = 2048 * MIB
EXHAUSTED = 200 * MIB
SLOW_DISK = 0.05
"""Seconds one synced write may take before every commit is felt."""
SPARE_DESCRIPTORS = 256
"""Descriptors of a web process that are no members: files, database, pipes."""
BACKLOG = 1024
UNSYNCHRONISED = 5
"""adjtimex(2) answers TIME_ERROR: nobody disciplines this clock."""
TIMEX_BYTES = 512
"""More than struct timex of any Linux; all zeros asks and sets nothing."""


def clock() -> Finding:
    """Whether somebody keeps the machine's clock right, and what the organisation's shows."""
    try:
        zone = organisation().zone
    except DatabaseError:
        zone = settings.TIME_ZONE
    shown = f"{datetime.now(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
    if is_synchronised() is False:
        return warn(
            "clock",
            _("%(time)s; nobody keeps this clock right.") % {"time": shown},
            _("Start chrony or systemd-timesyncd: attendance is timed by it."),
        )
    return ok("clock", shown)


def is_synchronised() -> bool | None:
    """Whether the kernel says its clock follows a time server; None where it cannot be asked."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else bool(state != UNSYNCHRONISED)


def disk() -> Finding:
    """Room and speed where DATA_DIR lies. The file it writes has no name and is gone at once."""
    folder = Path(settings.DATA_DIR)
    free = shutil.disk_usage(folder).free
    try:
        seconds = _synced_write(folder)
    except OSError as error:
        says = _("%(folder)s cannot be written: %(why)s") % {
            "folder": folder,
            "why": error.strerror,
        }
        return fail("disk", says, _("Give this account access, or free some space."))
    facts = {"free": f"{free / MIB / 1024:.1f}", "ms": f"{seconds * 1000:.1f}"}
    says = _("%(free)s GiB free, a synced write takes %(ms)s ms.") % facts
    if free < EXHAUSTED:
        return fail("disk", says, _("Free some space now: soon nothing can be stored."))
    if free < SCARCE:
        return warn("disk", says, _("Free some space, or move DATA_DIR to a larger disk."))
    if seconds > SLOW_DISK:
        return warn("disk", says, _("Every commit waits for this: use a local SSD."))
    return ok("disk", says)


def _synced_write(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        began = time.perf_counter()
        file.write(b"x" * 4096)
        file.flush()
        os.fsync(file.fileno())
        return time.perf_counter() - began


def descriptors(members: int) -> Finding:
    """Open files one process may have: each page of a member is one."""
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    facts = {"limit": limit, "members": members}
    if limit == resource.RLIM_INFINITY or limit >= members + SPARE_DESCRIPTORS:
        return ok("descriptors", _("%(limit)s, enough for %(members)s members.") % facts)
    says = _("%(limit)s open files are too few for %(members)s members.") % facts
    wanted = {"wanted": members + SPARE_DESCRIPTORS, "most": most}
    advice = _("Raise it to %(wanted)s (LimitNOFILE= or `ulimit -n`; the hard limit is %(most)s).")
    return warn("descriptors", says, advice % wanted)


def backlog() -> Finding:
    """How many connections the kernel lets wait to be accepted."""
    try:
        most = int(Path("/proc/sys/net/core/somaxconn").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ok("somaxconn", _("Not known on this system."))
    if most < BACKLOG:
        return warn(
            "somaxconn",
            _("%(count)s connections may wait to be accepted.") % {"count": most},
            _("`sysctl net.core.somaxconn=4096`: after a restart everybody comes at once."),
        )
    return ok("somaxconn", str(most))
