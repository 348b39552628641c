"""Language and light: before signing in, after it, on another device."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.members.pages import Page
from tests.people import SIGN_IN, People, signed_in


def choose(client: Client, **what: str) -> None:
    assert client.post("/preferences/", {"next": "/accounts/login/", **what}).status_code == 302


def seen(client: Client, path: str = SIGN_IN) -> Page:
    return Page(client.get(path).content.decode())


@pytest.mark.parametrize(
    ("asked", "html"), [("zh-CN", "zh-Hans"), ("en-GB", "en"), ("fr", "zh-Hans")]
)
def test_the_browser_s_wish_counts_first(db: None, asked: str, html: str) -> None:
    assert seen(Client(headers={"accept-language": asked})).language == html


def test_before_signing_in_the_browser_remembers(db: None) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    choose(client, language="en", theme="dark")
    assert (seen(client).language, seen(client).theme) == ("en", "dark")


def test_following_the_device_leaves_no_mark(db: None) -> None:
    client = Client()
    choose(client, theme="dark")
    choose(client, theme="auto")
    assert seen(client).theme is None


def test_a_member_s_choice_follows_her_to_another_device(people: People) -> None:
    choose(signed_in(people.member), language="en", theme="light")
    people.member.refresh_from_db()
    assert (people.member.language, people.member.theme) == ("en", "light")
    elsewhere = seen(signed_in(people.member, "zh-hans"), "/me/")
    assert (elsewhere.language, elsewhere.theme) == ("en", "light")


def test_one_choice_leaves_the_other_alone(people: People) -> None:
    client = signed_in(people.member)
    choose(client, theme="dark")
    choose(client, language="en")
    people.member.refresh_from_db()
    assert people.member.theme == "dark"


@pytest.mark.parametrize("what", [{"language": "fr"}, {"theme": "pink"}, {"language": "../x"}])
def test_unknown_values_change_nothing(people: People, what: dict[str, str]) -> None:
    client = signed_in(people.member)
    response = client.post("/preferences/", {"language": "en", "theme": "dark"} | what)
    assert response.status_code == 400
    people.member.refresh_from_db()
    assert (people.member.language, people.member.theme) == ("", "auto")


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_the_way_back_stays_on_the_site(db: None, place: str) -> None:
    response = Client().post("/preferences/", {"theme": "dark", "next": place})
    assert response["Location"] == "/"


def test_looking_is_not_choosing(db: None) -> None:
    assert Client().get("/preferences/").status_code == 405


def test_a_cookie_that_means_nothing_is_ignored(db: None) -> None:
    client = Client()
    client.cookies["liveclass_theme"] = '"><script>'
    assert seen(client).theme is None
