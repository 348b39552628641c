"""The database: is it there, the right one, up to date, fast and with room to grow?"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from liveclass.operations.finding import Finding, fail, ok, warn

OLDEST_POSTGRES = 150_000
TRIES = 5
SLOW_READ = 0.02
SCARCE_FACTOR = 2
MAX_SKEW = 1.0
GIB = 1024**3
TAKEN_BACK = (
    "UPDATE django_migrations SET app = app WHERE id = (SELECT MIN(id) FROM django_migrations)"
)


def database() -> Iterator[Finding]:
    """Everything about the database; the first thing that fails ends the list."""
    if (missing := _missing_file()) is not None:
        yield missing
        return
    try:
        yield _server()
        yield _migrations()
        yield _writable()
        yield from _skew()
    except DatabaseError as error:
        why = (str(error).splitlines() or [""])[0]
        says = _("Not usable: %(why)s") % {"why": why}
        yield fail("database", says, _("Check DATABASE_URL, and that the server is running."))
    finally:
        connection.close()


def _is_sqlite() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def _missing_file() -> Finding | None:
    """SQLite would make an empty file when asked: look first, without a connection."""
    path = Path(settings.DATABASES["default"]["NAME"])
    if not _is_sqlite() or path.is_file():
        return None
    says = _("%(path)s does not exist yet.") % {"path": path}
    return fail("database", says, _("Run `manage.py migrate` (or `make run`, which does it)."))


def _server() -> Finding:
    """Version, mode and the time one question takes."""
    mode = sqlite_journal() if _is_sqlite() else ""
    connection.ensure_connection()
    began = time.perf_counter()
    for _try in range(TRIES):
        _ask("SELECT 1")
    seconds = (time.perf_counter() - began) / TRIES
    version = sqlite3.sqlite_version if _is_sqlite() else str(_ask("SHOW server_version"))
    facts = {
        "name": "SQLite" if _is_sqlite() else "PostgreSQL",
        "version": version,
        "ms": f"{seconds * 1000:.1f}",
    }
    says = _("%(name)s %(version)s, a question takes %(ms)s ms.") % facts
    if not _is_sqlite() and int(str(_ask("SHOW server_version_num"))) < OLDEST_POSTGRES:
        return fail("database", says, _("Update PostgreSQL to 15 or newer."))
    if mode and mode != "wal":
        advice = _("Move it to a local disk: readers would wait for the writer.")
        return warn("database", f"{says} journal_mode={mode}", advice)
    if seconds > SLOW_READ:
        return warn("database", says, _("Move the database nearer to the web processes."))
    return _with_room(says)


def sqlite_journal() -> str:
    """The journal of the file as it is, asked without touching it."""
    path = Path(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reading:
        return str(reading.execute("PRAGMA journal_mode").fetchone()[0]).lower()


def _with_room(says: str) -> Finding:
    """Size; for SQLite also whether its disk could hold it once more, as a backup does."""
    if not _is_sqlite():
        size = int(str(_ask("SELECT pg_database_size(current_database())")))
        return ok("database", f"{says} {size / GIB:.2f} GiB.")
    path = Path(settings.DATABASES["default"]["NAME"])
    size, free = path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < size * SCARCE_FACTOR:
        facts = {"size": f"{size / GIB:.2f}", "free": f"{free / GIB:.2f}"}
        more = _("It has %(size)s GiB, the disk %(free)s GiB left.") % facts
        return warn("database", f"{says} {more}", _("Free some space: a backup needs as much."))
    return ok("database", f"{says} WAL, {size / GIB:.2f} GiB.")


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        says = _("%(count)s changes of the tables are waiting.") % {"count": len(pending)}
        return fail("migrations", says, _("Run `manage.py migrate`."))
    return ok("migrations", _("All tables are up to date."))


def _writable() -> Finding:
    """A real write that is taken back: it finds full disks, missing rights and a blocked file."""
    began = time.perf_counter()
    with transaction.atomic():
        _run(TAKEN_BACK)
        transaction.set_rollback(True)
    seconds = time.perf_counter() - began
    return ok(
        "writing", _("A write, taken back, took %(ms)s ms.") % {"ms": f"{seconds * 1000:.1f}"}
    )


def _skew() -> Iterator[Finding]:
    """How far the clock of a database server is from ours."""
    if _is_sqlite():
        return
    before = time.time()
    theirs = float(str(_ask("SELECT extract(epoch FROM clock_timestamp())")))
    skew = theirs - (before + time.time()) / 2
    yield judged_skew("database", skew)


def judged_skew(whose: str, skew: float) -> Finding:
    """A finding about a clock that is ``skew`` seconds ahead of ours."""
    facts = {"whose": whose, "seconds": f"{skew:+.2f}"}
    says = _("The clock of %(whose)s differs by %(seconds)s s.") % facts
    if abs(skew) > MAX_SKEW:
        return warn("clock skew", says, _("Let both machines follow the same time server (NTP)."))
    return ok("clock skew", says)


def _ask(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
