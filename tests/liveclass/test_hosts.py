"""Requests under another name than the site's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.test import override_settings

from liveclass.hosts import REMEMBERED, KnownHosts


def ask(door: KnownHosts, *hosts: bytes, server: Any = ("127.0.0.1", 8000)) -> int:
    """The status of one answer; 200 comes from behind the door."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", host) for host in hosts]
    scope = {"type": "http", "path": "/media/x", "headers": headers, "server": server}
    asyncio.run(door(scope, None, send))
    return int(sent[0]["status"])


@pytest.fixture
def door() -> KnownHosts:
    async def site(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    return KnownHosts(site)


@override_settings(ALLOWED_HOSTS=["school.example", "127.0.0.1"])
def test_only_the_sites_own_names_are_served(
    door: KnownHosts, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(door, b"school.example") == ask(door, b"SCHOOL.example:8443") == 200
    strangers: list[tuple[bytes, ...]] = [
        (b"evil.example",), (b"school.example", b"evil.example"), (b"",), (b"a\xff",),
        (b"school.example@evil.example",), (b"school.example/x",), (b"[::1",),
    ]  # fmt: skip
    for hosts in strangers:
        assert ask(door, *hosts) == 400, hosts
    assert "Traceback" not in caplog.text


@override_settings(ALLOWED_HOSTS=["127.0.0.1"])
def test_without_a_name_the_address_counts(door: KnownHosts) -> None:
    assert ask(door) == 200
    assert ask(door, server=("10.0.0.1", 8000)) == 400
    assert ask(door, server=None) == 400


@override_settings(ALLOWED_HOSTS=["school.example"])
def test_each_stranger_is_logged_once_and_not_too_many(
    door: KnownHosts, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        ask(door, b"evil.example")
    assert len(caplog.records) == 1
    for number in range(2 * REMEMBERED):
        ask(door, b"%d.example" % number)
    assert len(caplog.records) == REMEMBERED
