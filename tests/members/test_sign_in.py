"""Signing in by number or address, being locked out, leaving again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import signing
from django.http import HttpResponse
from django.test import Client, RequestFactory

from members.accounts import devices, lockout
from members.accounts.models import Member, SignInFailures
from tests.factories import PASSWORD, make_member
from tests.people import SIGN_IN, People, signed_in

NOW = datetime(2026, 12, 9, 7, 0, tzinfo=UTC)
LOCKED = "登录失败次数过多，请 15 分钟后再试"


def attempt(login: str, password: str, client: Client | None = None, **more: str) -> object:
    """Send the real form once; the whole response."""
    browser = client or Client(headers={"accept-language": "zh-CN"})
    return browser.post(SIGN_IN, {"login": login, "password": password, **more})


def known(address: str, login: str) -> Client:
    """A browser on which somebody has signed in and out again."""
    client = at(address)
    assert attempt(login, PASSWORD, client).status_code == 302
    client.post("/accounts/logout/")
    return client


def at(address: str) -> Client:
    """A browser at a network address."""
    return Client(headers={"accept-language": "zh-CN"}, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    "login", ["1013", " 1013 ", "tian.rui@beiyuan.example", "Tian.Rui@Beiyuan.Example"]
)
def test_number_and_address_open_the_same_account(people: People, login: str) -> None:
    client = Client()
    response = attempt(login, PASSWORD, client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(people.member.pk)


@pytest.mark.parametrize(
    ("language", "says"), [("zh-hans", "田蕊，欢迎回来。"), ("en", "Welcome, Tian Rui.")]
)
def test_she_is_welcomed_by_name(people: People, language: str, says: str) -> None:
    Member.objects.filter(pk=people.member.pk).update(language=language)
    client = Client(headers={"accept-language": language})
    attempt("1013", PASSWORD, client)
    assert says in client.get("/me/").content.decode()


def test_letters_of_a_staff_number_may_be_small(db: None) -> None:
    make_member(staff_no="K007")
    assert attempt("k007", PASSWORD).status_code == 302


@pytest.mark.parametrize("login", ["1013", "9999", "nobody@beiyuan.example"])
def test_a_wrong_pair_is_refused_alike_and_says_what_is_left(people: People, login: str) -> None:
    page = attempt(login, "wrong-password").content.decode()
    assert "工号或密码不正确，还可尝试 4 次" in page


def test_after_five_failures_even_the_right_password_waits(people: People) -> None:
    for _ in range(lockout.ALLOWED):
        last = attempt("1013", "wrong-password").content.decode()
    assert LOCKED in last
    refused = attempt("1013", PASSWORD)
    assert refused.status_code == 200
    assert LOCKED in refused.content.decode()


def test_the_lock_is_said_in_english_too(people: People) -> None:
    client = Client(headers={"accept-language": "en"})
    for _ in range(lockout.ALLOWED):
        last = attempt("1013", "wrong-password", client).content.decode()
    assert "Too many failed attempts. Try again in 15 minutes" in last


def test_counts_do_not_tell_which_address_is_whose(people: People) -> None:
    """Every entered login is counted for itself, whether it leads to somebody or nowhere."""
    for login in ("1013", "1013", "tian.rui@beiyuan.example", "nobody@beiyuan.example"):
        page = attempt(login, "wrong-password").content.decode()
    assert "还可尝试 4 次" in page
    page = attempt("TIAN.RUI@beiyuan.example ", "wrong-password").content.decode()
    assert "还可尝试 3 次" in page
    for _ in range(lockout.ALLOWED):
        attempt("1013", "wrong-password")
    assert "还可尝试 2 次" in attempt("tian.rui@beiyuan.example", "x").content.decode()


@pytest.mark.parametrize("login", [" 1013", "1013\t", "1013\u3000"])
def test_other_spellings_win_no_further_attempts(people: People, login: str) -> None:
    for _ in range(lockout.ALLOWED):
        attempt("1013", "wrong-password")
    assert LOCKED in attempt(login, "wrong-password").content.decode()


def test_a_stranger_elsewhere_does_not_lock_her_out(people: People) -> None:
    for _ in range(lockout.ALLOWED + 1):
        last = attempt("1013", "wrong-password", at("203.0.113.7")).content.decode()
    assert LOCKED in last
    assert attempt("1013", PASSWORD, at("198.51.100.2")).status_code == 302


def test_a_stranger_behind_the_same_address_does_not_lock_a_known_device(people: People) -> None:
    hers = known("203.0.113.7", "tian.rui@beiyuan.example")
    for _ in range(lockout.ALLOWED):
        attempt("1013", "wrong-password", at("203.0.113.7"))
    assert attempt("1013", PASSWORD, at("203.0.113.7")).status_code == 200
    assert attempt("1013", PASSWORD, hers).status_code == 302


def test_a_known_device_may_not_guess_for_ever(people: People) -> None:
    hers = known("203.0.113.7", "1013")
    for _ in range(lockout.ALLOWED):
        attempt("1013", "wrong-password", hers)
    assert LOCKED in attempt("1013", PASSWORD, hers).content.decode()


def test_a_device_is_known_for_those_who_signed_in_on_it(people: People) -> None:
    theirs = known("203.0.113.7", "1005")
    for _ in range(lockout.ALLOWED):
        attempt("1013", "wrong-password", at("203.0.113.7"))
    assert LOCKED in attempt("1013", PASSWORD, theirs).content.decode()


@pytest.mark.parametrize("value", ["", "x", "x:y:z", "W10:1a2b3c:forged"])
def test_a_forged_device_is_unknown(people: People, value: str) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.cookies[devices.COOKIE] = value
    assert "还可尝试 4 次" in attempt("1013", "wrong-password", client).content.decode()


def test_guesses_from_everywhere_end_but_known_devices_get_in(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lockout, "ALLOWED_EVERYWHERE", 6)
    hers = known("198.51.100.2", "1013")
    for number in range(6):
        attempt("1013", "wrong-password", at(f"203.0.113.{number}"))
    assert LOCKED in attempt("1013", PASSWORD, at("203.0.113.99")).content.decode()
    assert attempt("1013", PASSWORD, hers).status_code == 302


def test_the_device_cookie_is_read_by_no_script_and_names_nobody(people: People) -> None:
    client = Client()
    attempt("1013", PASSWORD, client)
    cookie = client.cookies[devices.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/accounts/")
    told = signing.loads(cookie.value, salt=devices.SALT)
    assert "1013" not in str(told[1])
    for _ in range(30):
        request = RequestFactory().get("/", headers={"cookie": f"{devices.COOKIE}={cookie.value}"})
        devices.remember_device(request, answer := HttpResponse(), people.host, str(uuid4()))
        cookie = answer.cookies[devices.COOKIE]
    assert len(cookie.value) < 1024


def test_one_client_does_not_change_its_ipv6_address_for_more_guesses(people: People) -> None:
    for number in range(lockout.ALLOWED):
        attempt("1013", "wrong-password", at(f"2001:db8:1:2::{number}"))
    assert LOCKED in attempt("1013", PASSWORD, at("2001:db8:1:2:ffff::1")).content.decode()
    assert attempt("1013", PASSWORD, at("2001:db8:1:3::1")).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "header", "counted"),
    [
        (0, "198.51.100.{}", True),  # anybody may write the header
        (1, "198.51.100.{}", False),
        (1, "198.51.100.{}, 198.51.100.7", True),
        (2, "198.51.100.{}, 198.51.100.7", False),
        (2, "198.51.100.{}", True),  # fewer than there should be: the neighbour counts
    ],
)
def test_only_trusted_proxies_say_where_a_client_is(
    people: People, settings: Any, proxies: int, header: str, counted: bool
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(lockout.ALLOWED + 1):
        client = Client(headers={"x-forwarded-for": header.format(number + 10)})
        status = attempt("1013", PASSWORD if number == lockout.ALLOWED else "x", client).status_code
    assert status == (200 if counted else 302)


def test_others_are_not_locked_with_her(people: People) -> None:
    for _ in range(lockout.ALLOWED + 1):
        attempt("1013", "wrong-password")
    assert attempt("1005", PASSWORD).status_code == 302


def test_the_lock_opens_after_a_quarter_of_an_hour(people: People) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(lockout.ALLOWED):
            attempt("1013", "wrong-password")
        clock.shift(lockout.LOCK - timedelta(seconds=1))
        assert attempt("1013", PASSWORD).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert attempt("1013", PASSWORD).status_code == 302


def test_success_forgives_what_was_counted(people: People) -> None:
    for _ in range(lockout.ALLOWED - 1):
        attempt("1013", "wrong-password")
    assert attempt("1013", PASSWORD).status_code == 302
    assert attempt("1013", "wrong-password").content.decode().count("还可尝试 4 次") == 1
    assert SignInFailures.objects.order_by("count").last().count == lockout.ALLOWED


def test_what_was_typed_is_not_kept(people: People) -> None:
    attempt("my-password-by-mistake", "x")
    assert not SignInFailures.objects.filter(key__contains="my-password").exists()
    assert SignInFailures.objects.exists()


def test_a_closed_account_stays_closed(people: People) -> None:
    Member.objects.filter(pk=people.member.pk).update(is_active=False)
    assert "工号或密码不正确" in attempt("1013", PASSWORD).content.decode()


@pytest.mark.parametrize(("ticked", "kept"), [("on", True), ("", False)])
def test_staying_signed_in_is_a_choice(people: People, ticked: str, kept: bool) -> None:
    client = Client()
    attempt("1013", PASSWORD, client, **({"remember": ticked} if ticked else {}))
    assert client.session.get_expire_at_browser_close() is not kept


def test_signing_in_leads_back_to_where_she_wanted_to_go(people: People) -> None:
    response = attempt("1013", PASSWORD, next="/me/")
    assert response["Location"] == "/me/"


def test_signing_in_does_not_lead_to_other_sites(people: People) -> None:
    response = attempt("1013", PASSWORD, next="https://evil.example/")
    assert response["Location"] == "/"


def test_signing_out_needs_a_press_not_a_link(people: People) -> None:
    client = signed_in(people.member)
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/")["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(db: None) -> None:
    assert Client().get("/accounts/signup/").status_code == 404


def test_a_form_without_its_token_is_refused_in_words(people: People) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = strict.post(SIGN_IN, {"login": "1013", "password": PASSWORD})
    assert response.status_code == 403
    assert "Nothing was stored" in response.content.decode()


def test_changing_the_password(people: People) -> None:
    client = signed_in(people.member)
    new = "winter-heating-2026"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", form)["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert attempt("1013", new).status_code == 302


@pytest.mark.parametrize("new", ["1234567", "tian rui 1013", "password123"])
def test_weak_passwords_are_refused(people: People, new: str) -> None:
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert signed_in(people.member).post("/accounts/password/change/", form).status_code == 200
