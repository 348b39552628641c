"""``manage.py loadtest``: how much does this server bear, and is anything lost on the way?"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import resource
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from liveclass.operations import report, stage
from liveclass.operations.load import Load, Outcome, Plan
from liveclass.operations.page import Refused, Server
from liveclass.operations.ports import web_url

MAX_MEMBERS = 5_000
MAX_SECONDS = 600
MAX_RATE = 1_000.0
RATE = 10.0
MAX_MARKS = 200_000_000
"""Lines times members: each member keeps a mark for each line."""
LINE_SECONDS = 1.25
"""Pause between two lines of one member; the server allows one a second."""
GRACE = 4.0
"""Seconds until the server has noticed that everybody left, before the class is removed."""


class Command(BaseCommand):
    """A class of synthetic members with real tickets, real WebSockets, real commits."""

    help = "Fill a temporary class with synthetic members and measure. Real data is not touched."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, where, and how to report it."""
        parser.add_argument("--members", type=int, default=200, help=f"2…{MAX_MEMBERS}")
        parser.add_argument("--rate", type=float, help="chat lines per second (default: 10)")
        parser.add_argument("--votes", type=int, default=0, help="votes in one poll")
        parser.add_argument("--seconds", type=float, default=20.0, help=f"1…{MAX_SECONDS}")
        parser.add_argument("--url", default="", help="default: this installation")
        parser.add_argument("--class", dest="code", default="", help="a class made by --prepare")
        parser.add_argument("--i-own-this-server", dest="owned", default="", metavar="HOST")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")
        parser.add_argument("--prepare", action="store_true", help="make the class and stop")
        parser.add_argument("--remove", action="store_true", help="remove all load-test classes")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when anything was lost."""
        with translation.override(options["language"]):
            if options["remove"]:
                self.stdout.write(_("Rows removed: %(count)s") % {"count": stage.remove()})
                return
            plan = _plan(options)
            if options["prepare"]:
                self.stdout.write(stage.build(plan.members).code)
                return
            server = _server(options["url"], options["owned"])
            found = self._run(plan, server, options["code"])
            self._tell(found, as_json=options["json"])
        if found.failures:
            sys.exit(1)

    def _run(self, plan: Plan, server: Server, code: str) -> Outcome:
        _raise_descriptors(plan.members)
        with _interruptible(), _stage(plan, code) as prepared:
            self._say(_("Load test in class %(code)s") % {"code": prepared.code})
            secret = force_bytes(settings.SECRET_KEY)
            load = Load(plan, prepared, server, secret, partial(_door, prepared), self._say)
            try:
                found = asyncio.run(load.run())
            except (Refused, OSError, TimeoutError) as error:
                raise CommandError(_explained(server, error)) from None
            if not code:
                found.stored_lines, found.stored_votes = stage.stored(prepared)
        return found

    def _say(self, text: str) -> None:
        """News for who waits; not in the report, and not an error either."""
        self.stderr.write(text, style_func=str)

    def _tell(self, found: Outcome, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_data(found), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(report.lines(found)))


def _plan(options: dict[str, Any]) -> Plan:
    most_lines = options["members"] / LINE_SECONDS
    rate = min(RATE, most_lines) if options["rate"] is None else options["rate"]
    plan = Plan(options["members"], rate, options["votes"], options["seconds"])
    rules = (
        (2 <= plan.members <= MAX_MEMBERS, f"--members: 2…{MAX_MEMBERS}"),
        (1 <= plan.seconds <= MAX_SECONDS, f"--seconds: 1…{MAX_SECONDS}"),
        (0 < plan.rate <= min(MAX_RATE, most_lines), f"--rate: ≤ {min(MAX_RATE, most_lines):g}"),
        (0 <= plan.votes <= plan.members, f"--votes: 0…{plan.members}"),
        (plan.lines * plan.members <= MAX_MARKS, f"members × lines: ≤ {MAX_MARKS}"),
    )
    broken = [rule for kept, rule in rules if not kept]
    if broken:
        raise CommandError(_("Out of bounds: %(rules)s") % {"rules": "; ".join(broken)})
    return plan


def _server(url: str, owned: str) -> Server:
    """Where to connect; CommandError for somebody else's server."""
    wanted = url or web_url()
    parts = urlsplit(wanted)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        raise CommandError(_("--url is an address that starts with http:// or https://."))
    if url and not _is_loopback(host) and owned.lower() != host.lower():
        raise CommandError(
            _("%(host)s is not this machine. If it is your server: --i-own-this-server %(host)s")
            % {"host": host}
        )
    return Server(wanted, "" if _is_named(host) else _own_name())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_named(host: str) -> bool:
    """Whether the server knows itself by this name."""
    known = {name.strip("[]") for name in settings.ALLOWED_HOSTS}
    return "*" in known or host in known or not _is_loopback(host)


def _own_name() -> str:
    named = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    return named[0].lstrip(".") if named else ""


def _door(prepared: stage.Stage, is_open: bool) -> None:
    stage.open_door(prepared, is_open=is_open)


@contextlib.contextmanager
def _stage(plan: Plan, code: str) -> Iterator[stage.Stage]:
    """The class of ``--class``, which stays; else one of our own, which does not."""
    if code:
        try:
            found = stage.find(code)
        except stage.NotOurs:
            says = _("%(code)s was not made by `loadtest --prepare`: real classes are not touched.")
            raise CommandError(says % {"code": code}) from None
        yield stage.Stage(found.code, found.host, found.members[: plan.members])
        return
    prepared = stage.build(plan.members)
    try:
        yield prepared
    finally:
        with _undisturbed():
            time.sleep(GRACE)
            stage.remove([prepared.code])


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends the test as Ctrl-C does: in good order."""

    def interrupt(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError(_("Interrupted; the class was removed."), returncode=130) from None
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Cleaning up is not interrupted by an impatient second Ctrl-C."""
    before = {one: signal.signal(one, signal.SIG_IGN) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _raise_descriptors(members: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = members + 256
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _explained(server: Server, error: Exception) -> str:
    why = str(error) or type(error).__name__
    says = _(
        "The test could not be held at %(url)s (%(why)s). Is the server running, with the database "
        "and the SECRET_KEY of this installation?"
    )
    return says % {"url": server.url, "why": why}
