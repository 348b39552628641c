"""Signing in by number or address, being locked out, leaving again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from members.accounts import lockout
from members.accounts.models import Member, SignInFailures
from tests.factories import PASSWORD, make_member
from tests.people import SIGN_IN, People, signed_in

NOW = datetime(2026, 12, 9, 7, 0, tzinfo=UTC)
LOCKED = "登录失败次数过多，请 15 分钟后再试"


def attempt(login: str, password: str, client: Client | None = None, **more: str) -> object:
    """Send the real form once; the whole response."""
    browser = client or Client(headers={"accept-language": "zh-CN"})
    return browser.post(SIGN_IN, {"login": login, "password": password, **more})


@pytest.mark.parametrize(
    "login", ["1013", " 1013 ", "tian.rui@beiyuan.example", "Tian.Rui@Beiyuan.Example"]
)
def test_number_and_address_open_the_same_account(people: People, login: str) -> None:
    client = Client()
    response = attempt(login, PASSWORD, client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(people.member.pk)


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


def test_number_and_address_share_one_count(people: People) -> None:
    for login in ("1013", "tian.rui@beiyuan.example", "1013", "TIAN.RUI@beiyuan.example", "1013"):
        attempt(login, "wrong-password")
    assert LOCKED in attempt("tian.rui@beiyuan.example", PASSWORD).content.decode()


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
    assert not SignInFailures.objects.exists()


def test_what_was_typed_is_not_kept(people: People) -> None:
    attempt("my-password-by-mistake", "x")
    assert "my-password" not in SignInFailures.objects.get().key


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
