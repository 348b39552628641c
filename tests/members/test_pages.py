"""Who may open which page, and that every page keeps our policy and can be heard."""

from __future__ import annotations

import pytest
from django.test import Client

from members.templatetags import parts
from tests.members.pages import Page
from tests.people import SIGN_IN, People, signed_in

OPEN = [SIGN_IN, "/theme.css"]
OWN = ["/me/", "/accounts/password/change/", "/accounts/logout/"]
ROLES = ["host", "assistant", "member", "outsider", "admin"]


@pytest.mark.parametrize("path", OPEN)
def test_open_to_everybody(db: None, path: str) -> None:
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("path", OWN[:2])
def test_closed_to_strangers(db: None, path: str) -> None:
    response = Client().get(path)
    assert (response.status_code, response["Location"]) == (302, f"{SIGN_IN}?next={path}")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", OWN)
def test_everybody_with_an_account_has_her_own_pages(people: People, path: str, role: str) -> None:
    assert signed_in(people.everybody[role]).get(path).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", [*OWN, "/nowhere/"])
def test_pages_hold_no_inline_code_and_every_control_has_a_name(
    people: People, path: str, language: str
) -> None:
    page = Page(signed_in(people.member, language).get(path).content.decode())
    assert (page.inline, page.nameless, len(page.headings)) == ([], [], 1)
    assert page.language == {"zh-hans": "zh-Hans", "en": "en"}[language]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_organisation_s_page_too(people: People, language: str) -> None:
    page = Page(signed_in(people.admin, language).get("/organisation/").content.decode())
    assert (page.inline, page.nameless, len(page.headings)) == ([], [], 1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sign_in_page_too(db: None, language: str) -> None:
    client = signed_in(None, language)
    for response in (client.get(SIGN_IN), client.post(SIGN_IN, {"login": "x", "password": "y"})):
        page = Page(response.content.decode())
        assert (page.inline, page.nameless, len(page.headings)) == ([], [], 1)


def test_the_policy_is_on_every_answer(db: None) -> None:
    for path in (SIGN_IN, "/theme.css", "/nowhere/", "/static/css/tokens.css"):
        policy = Client().get(path)["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_other_headers_that_protect(db: None) -> None:
    headers = Client().get(SIGN_IN).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_my_page_says_who_i_am(people: People) -> None:
    page = signed_in(people.host, "en").get("/me/").content.decode()
    for fact in ("1005", "Guo Jianye", "郭建业", "guo.jianye@beiyuan.example"):
        assert fact in page


@pytest.mark.parametrize(
    ("language", "word"), [("zh-hans", "链接已失效"), ("en", "nothing at this")]
)
def test_a_dead_link_is_explained(db: None, language: str, word: str) -> None:
    response = signed_in(None, language).get("/nowhere/")
    assert response.status_code == 404
    assert word in response.content.decode()


def test_names_are_escaped(people: People) -> None:
    people.member.name = "<b>田</b>"
    people.member.save()
    assert "<b>田" not in signed_in(people.member, "zh-hans").get("/me/").content.decode()


def test_an_icon_that_does_not_exist_is_noticed() -> None:
    assert 'href="#i-mic"' in parts.icon("mic")
    with pytest.raises(ValueError, match="unicorn"):
        parts.icon("unicorn")
