"""Redis or Valkey: what several web processes tell each other through."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.utils.translation import gettext as _

from liveclass.operations.databases import judged_skew
from liveclass.operations.finding import Finding, fail, ok, warn

OLDEST = 7
SECONDS = 3.0
TRIES = 5
SLOW = 0.01


def shared_state() -> Iterator[Finding]:
    """Each server of REDIS_URL."""
    addresses = _addresses()
    if not addresses:
        yield ok("redis", _("None: one web process, nothing to share."))
    for address in addresses:
        client: Any = redis.Redis.from_url(
            address, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        )
        try:
            yield from _server(client, _without_password(address))
        except (redis.RedisError, OSError) as error:
            facts = {"where": _without_password(address), "why": type(error).__name__}
            says = _("%(where)s does not answer (%(why)s).") % facts
            yield fail("redis", says, _("Start it, or correct REDIS_URL."))
        finally:
            client.close()


def _addresses() -> list[str]:
    several = getattr(settings, "REDIS_URLS", None)
    if several:
        return list(several)
    return [part.strip() for part in str(settings.REDIS_URL).split(",") if part.strip()]


def _server(client: Any, where: str) -> Iterator[Finding]:
    began = time.perf_counter()
    for _try in range(TRIES):
        client.ping()
    seconds = (time.perf_counter() - began) / TRIES
    told = client.info("server")
    valkey = told.get("valkey_version")
    facts = {
        "where": where,
        "name": "Valkey" if valkey else "Redis",
        "version": valkey or told.get("redis_version", "?"),
        "ms": f"{seconds * 1000:.1f}",
    }
    says = _("%(where)s: %(name)s %(version)s answers in %(ms)s ms.") % facts
    if not valkey and int(str(facts["version"]).split(".")[0] or 0) < OLDEST:
        yield warn("redis", says, _("Update to Redis 7 or newer, or to Valkey."))
    elif seconds > SLOW:
        yield warn("redis", says, _("Move it nearer to the web processes."))
    else:
        yield ok("redis", says)
    yield _policy(client)
    yield _publishes(client)
    yield _skew(client, where)


def _policy(client: Any) -> Finding:
    """Whether a full server refuses (good) or forgets what was stored (bad)."""
    try:
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "")
    except redis.RedisError:
        return ok("redis memory", _("It does not tell its settings."))
    if policy not in {"noeviction", ""}:
        return warn(
            "redis memory",
            _("maxmemory-policy is %(policy)s: sequences could be forgotten.") % {"policy": policy},
            _("Set maxmemory-policy to noeviction."),
        )
    return ok("redis memory", "maxmemory-policy noeviction")


def _publishes(client: Any) -> Finding:
    """Whether a word said on a channel of our own comes back."""
    channel = f"liveclass-doctor-{secrets.token_hex(8)}"
    hearing = client.pubsub()
    try:
        hearing.subscribe(channel)
        deadline = time.monotonic() + SECONDS
        client.publish(channel, b"early")  # nobody may hear this one: not subscribed yet
        while time.monotonic() < deadline:
            message = hearing.get_message(timeout=0.5)
            if message and message["type"] == "subscribe":
                client.publish(channel, b"word")
            if message and message["type"] == "message" and message["data"] == b"word":
                return ok("redis pubsub", _("What is published arrives."))
    finally:
        hearing.close()
    return fail(
        "redis pubsub",
        _("What is published does not arrive."),
        _("Allow SUBSCRIBE and PUBLISH; a proxy in between may not know them."),
    )


def _skew(client: Any, where: str) -> Finding:
    before = time.time()
    seconds, micro = client.time()
    theirs = int(seconds) + int(micro) / 1e6
    return judged_skew(where, theirs - (before + time.time()) / 2)


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    host = parts.hostname or parts.path
    return f"{host}:{parts.port}" if parts.port else host
