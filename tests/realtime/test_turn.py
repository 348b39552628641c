"""Credentials for the relay: the form that coturn expects, and what browsers are told."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from realtime.turn import LIFETIME_S, credentials, ice_servers, is_server_url, links

SECRET = b"shared with coturn, and long enough"
NOW = 1_800_000_000.7


def test_the_user_name_says_until_when_and_for_whom() -> None:
    username, password = credentials(SECRET, 42, NOW)
    assert username == f"{1_800_000_000 + LIFETIME_S}:42"
    expected = hmac.new(SECRET, username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(password, validate=True) == expected


def test_another_person_or_secret_gives_another_password() -> None:
    passwords = {credentials(secret, who, NOW)[1] for secret in (SECRET, b"x") for who in (1, 2)}
    assert len(passwords) == 4


def test_stun_needs_no_credentials_and_relays_need_a_secret() -> None:
    urls = ["stun:s.example", "turn:t.example:3478?transport=udp", "turns:t.example:443"]
    plain, relay = ice_servers(urls, SECRET, 1, NOW)
    assert plain == {"urls": ["stun:s.example"]}
    assert relay["urls"] == urls[1:]
    assert ice_servers(urls, b"", 1, NOW) == [plain]
    assert ice_servers([], SECRET, 1, NOW) == []


def test_links_are_one_per_address() -> None:
    """RFC 9725 §4.6."""
    urls = ["stun:s.example", "turn:t.example?transport=tcp"]
    first, second = links(ice_servers(urls, SECRET, 1, NOW))
    username, password = credentials(SECRET, 1, NOW)
    assert first == '<stun:s.example>; rel="ice-server"'
    assert second == (
        f'<turn:t.example?transport=tcp>; rel="ice-server"; username="{username}"; '
        f'credential="{password}"; credential-type="password"'
    )


@pytest.mark.parametrize(
    "url",
    ["stun:a", "stuns:a.b:5349", "turn:1.2.3.4:3478?transport=tcp", "turns:[2001:db8::1]:443"],
)
def test_addresses_of_servers(url: str) -> None:
    assert is_server_url(url)


@pytest.mark.parametrize(
    "url", ["", "http://a", "turn:", "turn://a", "turn:a>; rel=x", "turn:a\r\nX: y", "stun:a?x"]
)
def test_what_is_no_address_of_a_server(url: str) -> None:
    assert not is_server_url(url)
