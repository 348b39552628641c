"""The replay asks what the class was asked: it stops, she answers or goes on, nothing is lost."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word
from tests.platform_process import Platform
from tests.replays import Take, make_recording

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HELD = """
import uuid
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from liveclass.polls import actions as polls
from liveclass.polls.models import Poll
from liveclass.recordings.models import Recording
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room, RoomEvent
from members.accounts.models import Member
host = Member.objects.get(staff_no="1005")
with transaction.atomic():
    made = rooms.schedule_class(
        created_by=host, lecturer=host, title="再问一次", starts_at=timezone.now(), minutes=45,
        audience_everyone=True,
    )
    actor = Actor(made.room.pk, made.code, host.pk, "host")
    do = lambda action, *rest: action(actor, str(uuid.uuid4()), *rest)
    do(rooms.start_class)
    for question in ("先做什么？", "还要做什么？"):
        do(polls.write, polls.Plan(question=question, options=("断电", "呼叫")), True)
        do(polls.publish_poll, Poll.objects.latest("pk").pk)
    do(rooms.end_class)
    room = Room.objects.get(pk=made.room.pk)
    began = timezone.now() - timedelta(hours=1)
    Room.objects.filter(pk=room.pk).update(started_at=began, ended_at=began + timedelta(minutes=45))
    at = {2: 2, 3: 3, 4: 3, 5: 8, 6: 9, 7: 9}
    for event in RoomEvent.objects.filter(room=room):
        event.at = began + timedelta(seconds=at.get(event.seq, 0))
        event.save()
    run = int(began.timestamp() * 1000)
    Recording.objects.create(
        room=room, run=run, state="ended", started_by=host, started_at=began,
        ended_at=began + timedelta(minutes=45),
    )
print("CLASS", made.code, run)
"""


@pytest.fixture(scope="module")
def held(platform: Platform) -> str:
    """A class in which two polls were asked, in seconds 2 and 8 of its recording; its code."""
    found = re.search(r"CLASS (\S+) (\d+)", platform.manage("shell", "-c", HELD))
    assert found
    folder = platform.data_dir / "recordings" / found[1] / found[2]
    make_recording(folder, int(found[2]), [Take("camera", "audio", 0.2, 14)])
    return found[1]


async def play(page: Page) -> None:
    """Press the button once the page is there."""
    await page.locator("[data-play]").click()


async def test_it_stops_asks_keeps_and_goes_on(people: People, held: str):
    page = await people.sign_in(MEMBER, "zh")
    await page.goto(f"/classes/{held}/replay/")
    await play(page)
    ask, replay = page.locator("lc-replay-ask"), page.locator("lc-replay")
    await expect(ask).to_contain_text("先做什么？", timeout=15_000)
    await expect(replay).to_have_attribute("data-state", "paused")
    await expect(ask.locator(".pq")).to_be_focused()
    await is_clean(page, "zh replay asks")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    kept = page.locator("section.poll")
    await expect(kept).to_contain_text(word("zh", "replay.ask_kept"))
    await expect(kept.locator(".result.mine")).to_have_count(1)
    await expect(page.locator("[data-play]")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(ask).to_contain_text("还要做什么？", timeout=20_000)
    await page.locator("[data-skip-poll]").click()
    await expect(replay).to_have_attribute("data-state", "playing")
    await page.locator("[data-answer]").click()
    await expect(ask).to_contain_text("还要做什么？")
    await page.reload()
    await page.locator("[data-play]").wait_for()
    await page.evaluate(
        """() => {
          const line = document.querySelector("lc-replay input[type=range]");
          line.value = 5;
          line.dispatchEvent(new Event("input"));
        }"""
    )
    await expect(kept).to_contain_text(word("zh", "replay.ask_kept"))


@pytest.mark.matrix
async def test_the_question_on_a_phone_in_the_dark(people: People, held: str):
    page = await people.sign_in("1031", "en", phone=True, dark=True)
    await page.goto(f"/classes/{held}/replay/")
    await play(page)
    await expect(page.locator("lc-replay-ask .pq")).to_be_focused(timeout=15_000)
    await is_clean(page, "en replay asks")
