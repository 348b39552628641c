"""Behind a TLS proxy: cookies for https alone, HSTS, and http led to https."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import PASSWORD
from tests.people import SIGN_IN, People


@pytest.fixture
def behind_tls(settings: Any) -> Client:
    """A browser behind one proxy, as ``HTTPS=1 TRUSTED_PROXIES=1`` sets it up."""
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.LANGUAGE_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    return Client(headers={"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"})


def test_every_cookie_is_for_https_alone(people: People, behind_tls: Client) -> None:
    behind_tls.get(SIGN_IN)
    behind_tls.post("/preferences/", {"language": "en", "theme": "dark"})
    answer = behind_tls.post(SIGN_IN, {"login": "1013", "password": PASSWORD})
    assert answer.status_code == 302
    assert {"sessionid", "csrftoken", "known_device"} <= set(behind_tls.cookies)
    for name, cookie in behind_tls.cookies.items():
        assert cookie["secure"], name
        assert cookie["samesite"] == "Lax", name


def test_browsers_are_told_to_stay_with_https(people: People, behind_tls: Client) -> None:
    answer = behind_tls.get(SIGN_IN)
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_http_leads_to_https(people: People, behind_tls: Client) -> None:
    answer = behind_tls.get(SIGN_IN, headers={"x-forwarded-proto": "http"})
    assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{SIGN_IN}")


def test_pages_for_strangers_are_not_kept_either(people: People) -> None:
    assert "no-store" in Client().get(SIGN_IN)["Cache-Control"]
    assert Client().get("/")["Cache-Control"] == "private, no-store"
