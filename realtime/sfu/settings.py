"""What the media process reads from its environment, once, failing loudly on nonsense."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from realtime.turn import is_server_url

MIN_SECRET_CHARS = 16
MAX_WORKERS = 16


class BadSetting(Exception):
    """A variable is missing or makes no sense; the text names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per variable; see ``from_environment`` for names and defaults."""

    secret: bytes
    http_host: str = "127.0.0.1"
    http_port: int = 8001
    udp_port: int = 8002
    addresses: tuple[str, ...] = ("127.0.0.1",)
    hook_url: str = ""
    max_rooms: int = 64
    max_publishers: int = 64
    max_viewers: int = 1000
    max_bitrate: int = 2_500_000
    parent: int | None = None
    turn_urls: tuple[str, ...] = ()
    turn_secret: bytes = b""
    workers: int = 1
    worker: int = 0
    """Which of the workers this is; the first is 0."""
    run_dir: str = ""
    """Where the workers' Unix sockets are; empty for a process that is alone."""
    recordings: Path = Path("data/recordings")
    reserve: int = 500 << 20
    """Bytes of the disk that recordings leave free."""


def from_environment(env: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        BadSetting: with the name of the variable that is wrong.
    """
    secret = env.get("MEDIA_SECRET", "")
    if len(secret) < MIN_SECRET_CHARS:
        raise BadSetting(f"MEDIA_SECRET must have at least {MIN_SECRET_CHARS} characters")
    return Settings(
        secret=secret.encode(),
        http_host=env.get("MEDIA_HTTP_HOST", "127.0.0.1"),
        http_port=_number(env, "MEDIA_HTTP_PORT", 8001, 0, 65_535),
        udp_port=_number(env, "MEDIA_UDP_PORT", 8002, 0, 65_535),
        addresses=_addresses(env.get("MEDIA_ANNOUNCED_ADDRESS", "")),
        hook_url=env.get("MEDIA_HOOK_URL", "http://127.0.0.1:8000/hooks/media"),
        max_rooms=_number(env, "MEDIA_MAX_ROOMS", 64, 1, 10_000),
        max_publishers=_number(env, "MEDIA_MAX_PUBLISHERS", 64, 1, 10_000),
        max_viewers=_number(env, "MEDIA_MAX_VIEWERS", 1000, 1, 100_000),
        max_bitrate=_number(env, "MEDIA_MAX_BITRATE", 2_500_000, 100_000, 100_000_000),
        parent=_number(env, "LIVECLASS_PARENT_PID", 0, 0, 1 << 31) or None,
        turn_urls=_relays(env.get("TURN_URLS", "")),
        turn_secret=env.get("TURN_SECRET", "").strip().encode(),
        workers=_number(env, "MEDIA_WORKERS", 1, 1, MAX_WORKERS),
        worker=_number(env, "MEDIA_WORKER", 0, 0, MAX_WORKERS - 1),
        run_dir=env.get("MEDIA_RUN_DIR", ""),
        recordings=Path(env.get("MEDIA_RECORDINGS") or "data/recordings"),
        reserve=_number(env, "MEDIA_RECORDINGS_RESERVE_MB", 500, 0, 1 << 20) << 20,
    )


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise BadSetting(f"{name} must be a whole number from {low} to {high}")
    return int(text)


def _relays(text: str) -> tuple[str, ...]:
    given = tuple(part.strip() for part in text.split(",") if part.strip())
    for url in given:
        if not is_server_url(url):
            raise BadSetting(f"TURN_URLS: {url!r} is no stun:, turn: or turns: address")
    return given


def _addresses(text: str) -> tuple[str, ...]:
    """The IP addresses that clients are told, most useful first."""
    given = [part.strip() for part in text.split(",") if part.strip()]
    for address in given:
        try:
            ipaddress.ip_address(address)
        except ValueError as wrong:
            raise BadSetting(f"MEDIA_ANNOUNCED_ADDRESS: {address!r} is no IP address") from wrong
    return tuple(given) if given else _local_addresses()


def _local_addresses() -> tuple[str, ...]:
    """The address of the default route, found without sending anything, and the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ("127.0.0.1",)
        return tuple(dict.fromkeys((str(probe.getsockname()[0]), "127.0.0.1")))
