"""``manage.py serve``: web, media and worker in one supervised command."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from realtime.parent import die_with_parent

PARTS = ("web", "media", "worker")
LOOK_SECONDS = 0.25


class Command(BaseCommand):
    """Starts everything, or with ``--only`` one part of it."""

    help = "Start web, media and worker; Ctrl-C stops them."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--only`` names one part, ``--fd`` a socket that listens already."""
        parser.add_argument("--only", choices=PARTS, help="run this part alone")
        parser.add_argument(
            "--fd",
            type=int,
            help="with --only web: listen on this inherited socket, which several processes may "
            "share, instead of HOST and PORT",
        )

    def handle(self, *args: Any, only: str | None, fd: int | None, **options: Any) -> None:
        """Until SIGINT or SIGTERM."""
        if fd is not None and only != "web":
            raise CommandError("--fd needs --only web.")
        match only:
            case "web":
                die_with_parent()
                run_web(fd)
            case "media":
                die_with_parent()
                run_media()
            case "worker":
                die_with_parent()
                from liveclass.worker import run

                run()
            case _:
                self._supervise()

    def _supervise(self) -> None:
        require_free_ports()
        asyncio.run(self._run_all())
        self.stdout.write("LiveClass has stopped.")

    async def _run_all(self) -> None:
        from realtime.supervisor import Part, Supervisor

        manage = str(settings.BASE_DIR / "manage.py")
        environment = {"PYTHONUNBUFFERED": "1"}
        parts = [
            Part(name, [sys.executable, manage, "serve", "--only", name], environment)
            for name in PARTS
            if name != "media"
        ]
        # Not by way of Django, which would take as long to load as the media process itself.
        wanted = environment | media_environment()
        parts.append(Part("media", media_command(), wanted, without=NOT_OF_MEDIA))
        await Supervisor(parts, self._announce).run()

    async def _announce(self) -> None:
        while not await asyncio.to_thread(all_ready):  # noqa: ASYNC110 - other processes
            await asyncio.sleep(LOOK_SECONDS)
        self.stdout.write(f"\nLiveClass is ready: {address()}\nStop it with Ctrl-C.\n\n")
        self.stdout.flush()


def address() -> str:
    """Where to point the browser."""
    host = reachable_host()
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.PORT}/"


def reachable_host() -> str:
    """An address of this machine under which the web process answers."""
    every = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    return every.get(settings.HOST, settings.HOST)


def all_ready() -> bool:
    """Whether ``/healthz`` says that every part is well."""
    named = [host for host in settings.ALLOWED_HOSTS if host not in {"*", ""}]
    headers = {"Host": named[0].lstrip(".")} if named else {}
    connection = http.client.HTTPConnection(reachable_host(), settings.PORT, timeout=2)
    try:
        connection.request("GET", "/healthz", headers=headers)
        answer = connection.getresponse()
        return answer.status == 200 and bool(json.loads(answer.read()))
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()


def require_free_ports() -> None:
    """CommandError with one sentence when a port cannot be used."""
    wanted = (
        ("PORT", settings.HOST, settings.PORT, socket.SOCK_STREAM),
        ("MEDIA_HTTP_PORT", "127.0.0.1", settings.MEDIA_HTTP_PORT, socket.SOCK_STREAM),
        *(
            ("MEDIA_UDP_PORT", "", settings.MEDIA_UDP_PORT + number, socket.SOCK_DGRAM)
            for number in range(settings.MEDIA_WORKERS)
        ),
    )
    for name, host, port, kind in wanted:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                where = f"{host}:{port}" if host else f"UDP port {port}"
                raise CommandError(
                    f"{where} cannot be used ({error.strerror}): end what listens there, "
                    f"or set {name} to another port."
                ) from None


def inherited_endpoint(fd: int) -> str:
    """The Twisted endpoint of a listening TCP socket that was open when this process began.

    Raises:
        CommandError: ``fd`` is something else.
    """
    try:
        with socket.socket(fileno=os.dup(fd)) as shared:
            listens = shared.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            fits = bool(listens) and shared.family == socket.AF_INET
    except OSError:
        fits = False
    if not fits:
        raise CommandError(f"--fd {fd} is not a listening IPv4 socket.")
    os.set_blocking(fd, False)
    return f"fd:fileno={fd}"


def run_web(fd: int | None = None) -> None:
    """The web process: daphne with our application."""
    from liveclass.asgi import application, media_proxy
    from liveclass.switchboard import switchboard
    from realtime.server import Server, tcp_endpoint

    board = switchboard()

    async def stop() -> None:
        await board.stop()
        await media_proxy.close()

    here = tcp_endpoint(settings.HOST, settings.PORT)
    endpoint = here if fd is None else inherited_endpoint(fd)
    limits = settings.HTTP_LIMITS
    server = Server(application, endpoint, on_start=board.start, on_stop=stop, limits=limits)
    server.run()
    if server.failed:
        raise CommandError(f"The web process cannot listen: {server.failed}")


NOT_OF_MEDIA = frozenset({"TZ"})
"""Django sets it to the organisation's; logs are written in the machine's time."""


def media_command() -> list[str]:
    """The command line of the media process, or of the gateway in its place."""
    program = "realtime.external" if settings.MEDIA_ENGINE == "external" else "realtime.sfu"
    return [sys.executable, "-m", program]


def media_environment() -> dict[str, str]:
    """What the media process is told beside what it inherits."""
    announced = ",".join(settings.MEDIA_ANNOUNCED_ADDRESS)
    told = {
        "MEDIA_HTTP_HOST": "127.0.0.1",
        "MEDIA_HTTP_PORT": str(settings.MEDIA_HTTP_PORT),
        "MEDIA_UDP_PORT": str(settings.MEDIA_UDP_PORT),
        "MEDIA_WORKERS": str(settings.MEDIA_WORKERS),
        "MEDIA_SECRET": settings.MEDIA_SECRET,
        "MEDIA_HOOK_URL": settings.MEDIA_HOOK_URL,
        "MEDIA_RECORDINGS": str(settings.MEDIA_RECORDINGS),
        **({"MEDIA_ANNOUNCED_ADDRESS": announced} if announced else {}),
    }
    if settings.MEDIA_ENGINE == "external":
        told |= {name: value for name, value in settings.MEDIA_EXTERNAL.items() if value}
    return told


def run_media() -> None:
    """The media process: it replaces this one, and knows nothing of Django."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_OF_MEDIA}
    os.execve(sys.executable, media_command(), inherited | media_environment())  # noqa: S606
