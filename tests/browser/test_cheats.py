"""What a cheat can gain, tried with the means of one: HTTP against the running server.

No clock is replaced here. Each test measures how long it took and asks that no more was credited
than that time allows: ``burst + rate × seconds`` (see docs/honest-watching.md). A slow machine
makes the bound larger and what is credited too; it never makes a test fail.
"""

from __future__ import annotations

import base64
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from courses.completion.budget import PAGE
from courses.completion.policy import policy
from tests.platform_process import DEMO_PASSWORD, Platform

pytestmark = pytest.mark.browser
HOUR = 36_000
TICKS = 10
MAKE = f"""
from courses.catalog.models import Course, Lesson, Material, Section
from members.accounts.models import Member
host = Member.objects.get(staff_no="1005")
course, _ = Course.objects.get_or_create(
    code="CHEAT-1", defaults=dict(title="诚实观看", author=host, state="published"))
section, _ = Section.objects.get_or_create(course=course, order=1, defaults=dict(title="1"))
for order in range(3):
    lesson, _ = Lesson.objects.get_or_create(
        section=section, order=order, defaults=dict(kind="video", title=str(order)))
    Material.objects.get_or_create(lesson=lesson, version=1, defaults=dict(
        uploaded_by=host, state="ready", file="media.mp4", name="a.mp4", length={HOUR}))
    print("LESSON", lesson.pk)
lesson, _ = Lesson.objects.get_or_create(
    section=section, order=9, defaults=dict(kind="document", title="规程"))
Material.objects.get_or_create(lesson=lesson, version=1, defaults=dict(
    uploaded_by=host, state="ready", file="document.pdf", name="a.pdf", length=200))
print("LESSON", lesson.pk)
"""


@dataclass
class Browser:
    """A signed-in member with a program of her own instead of a page."""

    client: httpx.Client
    began: float

    @property
    def bound(self) -> float:
        """Ticks that cannot have been exceeded by now, whatever was claimed."""
        passed = time.monotonic() - self.began
        return (policy().burst + policy().rate * passed) * TICKS

    def open(self, lesson: int, **wish: Any) -> httpx.Response:
        return self.client.post(
            f"/courses/CHEAT-1/lessons/{lesson}/open/",
            json={"take_over": True} | wish,
            headers={"X-CSRFToken": self.client.cookies["csrftoken"]},
        )

    def lease(self, lesson: int) -> str:
        token: str = self.open(lesson).json()["lease"]
        return token

    def say(self, lease: str, number: int, *played: tuple[int, int]) -> httpx.Response:
        body = {"lease": lease, "number": number, "played": played, "position": 0}
        return self.client.post("/watched", json=body)

    def counted(self, lesson: int) -> int:
        """Ticks that the server believes, as a newly opened page is told."""
        watched = self.open(lesson).json()["watched"]
        return sum(end - start for start, end in watched)


@pytest.fixture(scope="module")
def lessons(platform: Platform) -> list[int]:
    return [int(key) for key in re.findall(r"LESSON (\d+)", platform.manage("shell", "-c", MAKE))]


@pytest.fixture
def sign_in(platform: Platform) -> Any:
    made: list[httpx.Client] = []

    def enter(staff_no: str) -> Browser:
        client = httpx.Client(base_url=platform.url, timeout=30)
        made.append(client)
        client.get("/accounts/login/")
        data = {
            "login": staff_no,
            "password": DEMO_PASSWORD,
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
        }
        assert client.post("/accounts/login/", data=data).status_code == 302
        return Browser(client, time.monotonic())

    yield enter
    for client in made:
        client.close()


def test_forged_hours_and_sixteen_times(sign_in: Any, lessons: list[int]):
    """ "I have seen it all", twenty times over; then a minute in every four seconds."""
    member: Browser = sign_in("1032")
    lease = member.lease(lessons[0])
    for number in range(1, 21):
        assert member.say(lease, number, (0, HOUR)).status_code == 200
    assert 0 < member.counted(lessons[0]) <= member.bound
    lease = member.lease(lessons[1])
    for number in range(1, 6):
        time.sleep(0.25)
        member.say(lease, number, ((number - 1) * 40, number * 40))
    both = member.counted(lessons[0]) + member.counted(lessons[1])
    assert both <= member.bound, "one account for all lessons"


def test_pages_of_a_document_cost_the_time_of_looking_at_them(sign_in: Any, lessons: list[int]):
    member: Browser = sign_in("1039")
    lease = member.lease(lessons[-1])
    for number in range(1, 21):
        assert member.say(lease, number, (0, 200)).status_code == 200
    assert 0 < member.counted(lessons[-1]) <= member.bound / PAGE


def test_two_tabs_and_two_devices_share_one_clock(sign_in: Any, lessons: list[int]):
    member: Browser = sign_in("1033")
    first = member.lease(lessons[0])
    asked = member.open(lessons[1], take_over=False)
    assert (asked.status_code, asked.json()["code"]) == (409, "playing_elsewhere")
    second = member.lease(lessons[1])

    def claim(number: int) -> None:
        for lease in (first, second):
            member.say(lease, number, (number * 600, number * 600 + 600))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(claim, range(1, 21)))
    assert member.say(first, 30, (0, 10)).json()["open"] is False
    assert member.counted(lessons[0]) + member.counted(lessons[1]) <= member.bound


def test_opening_again_and_again_is_one_account(sign_in: Any, lessons: list[int]):
    """Forty leases, and the whole lesson claimed in slices on every one of them."""
    member: Browser = sign_in("1038")
    leases = [member.lease(lessons[0]) for _ in range(40)]
    for slot, lease in enumerate(leases):
        member.say(lease, 1, (slot * 900, slot * 900 + 900))
    assert member.counted(lessons[0]) <= member.bound


def test_a_replayed_report_counts_once(sign_in: Any, lessons: list[int]):
    member: Browser = sign_in("1034")
    lease = member.lease(lessons[0])
    answers = [member.say(lease, 1, (0, 50)).json() for _ in range(10)]
    assert {json.dumps(one) for one in answers} == {json.dumps(answers[0])}
    # the same number with other words in it: the first word stands
    assert member.say(lease, 1, (500, 900)).json()["watched"] == [[0, 50]]
    assert member.say(lease, 2, (50, 60)).json()["watched"] == [[0, 60]]


def test_skipping_counts_what_was_claimed_to_be_played(sign_in: Any, lessons: list[int]):
    """Jumping to the end says where she is, not what she has seen."""
    member: Browser = sign_in("1035")
    lease = member.lease(lessons[0])
    told = member.say(lease, 1, (0, 20), (HOUR - 20, HOUR)).json()
    assert told["watched"] == [[0, 20], [HOUR - 20, HOUR]]
    assert told["permille"] == 40 * 1000 // HOUR
    body = {"lease": lease, "number": 2, "played": [], "position": HOUR}
    assert member.client.post("/watched", json=body).json()["watched"] == told["watched"]


def test_the_browsers_clock_is_never_asked(sign_in: Any, lessons: list[int]):
    """A report has no field for a time; one that brings one is not read."""
    member: Browser = sign_in("1036")
    lease = member.lease(lessons[0])
    body = {"lease": lease, "number": 1, "played": [[0, 100]], "position": 0, "at": 0}
    headers = {"Date": "Tue, 01 Jan 2030 00:00:00 GMT"}
    answer = member.client.post("/watched", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    del body["at"]
    body["played"] = [[0, HOUR]]
    watched = member.client.post("/watched", json=body, headers=headers).json()["watched"]
    assert sum(end - start for start, end in watched) <= member.bound


def test_a_lease_cannot_be_made_or_changed(sign_in: Any, lessons: list[int]):
    member: Browser = sign_in("1037")
    lease = member.lease(lessons[0])
    text, mac = lease.split(".")
    told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    for field, value in (("length", 10), ("exp", 9_999_999_999), ("member", 1), ("lesson", 0)):
        forged = json.dumps(told | {field: value}).encode()
        sealed = base64.urlsafe_b64encode(forged).rstrip(b"=").decode() + "." + mac
        answer = member.say(sealed, 1, (0, 100))
        assert (answer.status_code, answer.json()["code"]) == (401, "ticket_invalid"), field
    for played in ([(0, HOUR * 100)], [(100, 0)], [(-5, 5)], [(0, 1)] * 300):
        assert member.say(lease, 1, *played).status_code == 400
    assert member.counted(lessons[0]) == 0
