"""Watching again: pictures and sound in step, the chat of the moment, the recorder's own files."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.async_api import Page, expect

from liveclass.replay.ranges import OPEN
from tests.browser.classroom import go_live, join, say, schedule, submit_class
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import PAST, is_clean
from tests.browser.words import word
from tests.platform_process import Platform
from tests.replays import FPS, Take, make_recording

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEEP = f"""
from liveclass.recordings.models import Recording
from liveclass.rooms.models import Room
room = Room.objects.get(session__code="{PAST}")
run = int(room.started_at.timestamp() * 1000)
fields = dict(state="ended", started_by_id=room.session.activity.lecturer_id,
              started_at=room.started_at, ended_at=room.ended_at)
Recording.objects.get_or_create(room=room, run=run, defaults=fields)
print("RUN", run)
"""
SHOWN = """() => {
  const number = (video) => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0);
    const block = Math.floor(video.videoWidth / 12);
    let found = 0;
    for (let bit = 0; bit < 12; bit += 1) {
      const [x, y] = [bit * block + block / 2, video.videoHeight / 12];
      const [bright] = context.getImageData(x, y, 1, 1).data;
      if (bright > 128) found |= 1 << bit;
    }
    return found;
  };
  const element = (lane) => document.querySelector(`[data-lane="${lane}"]`).firstElementChild;
  return {
    sound: element("camera-audio").currentTime,
    camera: number(element("camera-video")),
    screen: number(element("screen-video")),
    state: document.querySelector("lc-replay").dataset.state,
  };
}"""
STARTS: dict[str, float] = {"sound": 0.5, "camera": 0.9, "screen": 4.0}


@pytest.fixture(scope="module")
def recorded(platform: Platform) -> None:
    """Yesterday's class of the demo, with half a minute of it recorded, and a gap."""
    found = re.search(r"RUN (\d+)", platform.manage("shell", "-c", KEEP))
    assert found
    folder = platform.data_dir / "recordings" / PAST / found[1]
    takes = [
        Take("camera", "audio", STARTS["sound"], 24),
        Take("camera", "video", STARTS["camera"], 24),
        Take("screen", "video", STARTS["screen"], 16, codec="VP8"),
        Take("camera", "audio", 50, 12),
    ]
    make_recording(folder, int(found[1]), takes)
    assert (folder / "3-screen-video.webm").stat().st_size > 1.5 * OPEN, "it comes in several parts"


async def at(page: Page, second: int) -> None:
    """Drag the time line there."""
    await page.evaluate(
        """(to) => {
          const line = document.querySelector("lc-replay input[type=range]");
          line.value = to;
          line.dispatchEvent(new Event("input"));
        }""",
        second,
    )


async def test_sound_and_both_pictures_are_in_step(people: People, recorded: None):
    page = await people.sign_in("1024", "zh")
    await page.goto(f"/classes/{PAST}/summary/")
    await page.get_by_role("link", name="看回放").click()
    await page.locator("[data-play]").click()
    await page.wait_for_function(
        "() => document.querySelector('audio, [data-lane] audio').currentTime > 1"
    )
    await at(page, 8)
    await page.wait_for_function(
        "() => [...document.querySelectorAll('[data-lane] > video')]"
        ".every(one => one.readyState > 2)"
    )
    await page.wait_for_timeout(2500)
    first: dict[str, Any] = await page.evaluate(SHOWN)
    await page.wait_for_timeout(1500)
    second: dict[str, Any] = await page.evaluate(SHOWN)
    assert (first["state"], second["state"]) == ("playing", "playing")
    assert 0.5 < second["sound"] - first["sound"] < 5
    for seen in (first, second):
        sound = STARTS["sound"] + seen["sound"]
        for lane in ("camera", "screen"):
            off = STARTS[lane] + seen[lane] / FPS - sound
            assert abs(off) < 0.35, f"{lane} is {off:.2f} s from the sound: {seen}"
    async with page.expect_response("**/watched") as told:  # what was seen counts as presence
        await page.locator("[data-play]").click()
    answer = await told.value
    assert answer.status == 200
    assert (await answer.json())["open"] is True


async def test_gaps_speed_keys_and_the_chat_of_the_moment(people: People, recorded: None):
    page = await people.sign_in("1024", "en")
    await page.goto(f"/classes/{PAST}/replay/")
    await page.locator("[data-play]").wait_for()
    await page.get_by_role("tab", name=word("en", "replay.chat")).click()
    chat = page.locator(".rp-chat .msg[data-line]")
    await expect(chat).to_have_count(0)
    await at(page, 42)
    await expect(page.get_by_text(word("en", "replay.nothing_sent"))).to_be_visible()
    await expect(chat).to_have_count(1)
    await at(page, 56)
    await expect(chat).to_have_count(2)
    await expect(page.get_by_text(word("en", "replay.camera_off")).first).to_be_visible()
    await at(page, 30)
    await expect(chat).to_have_count(0)
    await page.locator("[data-skip]").click()
    await expect(page.locator("[data-time]")).to_have_text(re.compile("^0:50"))
    await page.locator(".rp-speed select").select_option("2")
    await page.locator("h1").click()
    await page.keyboard.press("k")
    await page.wait_for_function("() => document.querySelector('audio').playbackRate === 2")
    await page.keyboard.press("j")
    await page.keyboard.press(" ")
    await expect(page.locator("lc-replay")).to_have_attribute("data-state", "paused")


@pytest.mark.parametrize(("language", "phone"), [("zh", False), ("en", True)])
async def test_the_page_is_clean(people: People, recorded: None, language: str, phone: bool):
    page = await people.sign_in("1024", language, phone=phone, dark=phone)
    await page.goto(f"/classes/{PAST}/replay/")
    await page.locator("[data-play]").wait_for()
    await is_clean(page, f"{language} replay")
    await page.get_by_role("tab", name=word(language, "replay.chat")).click()
    await at(page, 40)
    await is_clean(page, f"{language} replay, chat, gap")


async def test_a_class_is_recorded_and_can_be_watched_at_once(people: People, platform: Platform):
    """The real way: wish, REC for everybody, from the start while it runs, replay after the end."""
    host = await people.sign_in(HOST, "en", permissions=True)
    code = await schedule(host, "录制的课", everyone=True)
    await host.goto(f"/classes/{code}/edit/")
    await host.locator("[name=recording]").check()
    await submit_class(host)
    await go_live(host, code)
    await expect(host.locator("[data-recording=on]")).to_be_visible(timeout=10_000)
    member = await people.sign_in(MEMBER, "en")
    await member.goto(f"/classes/{code}/room/")
    await expect(member.get_by_text(word("en", "room.recording_notice"))).to_be_visible()
    await join(member, code)
    await expect(member.locator("[data-recording=on]")).to_be_visible()
    await say(member, "en", "heard again")
    await member.wait_for_timeout(4000)
    await member.goto(f"/classes/{code}/replay/")
    await member.locator("[data-play]").click(timeout=20_000)
    await member.wait_for_function("() => document.querySelector('audio')?.currentTime > 1")
    await expect(member.get_by_role("link", name=word("en", "replay.to_live"))).to_be_visible()
    await host.locator("[data-control=end], .ctl.danger, .ctl.end").first.click()
    await (
        host.locator("#ask-end[open], #ask-end dialog[open]")
        .get_by_role("button", name=word("en", "class.end"))
        .click()
    )
    ended = time.monotonic()
    await expect(host.get_by_text(word("en", "stage.ended")).first).to_be_visible()
    await member.goto(f"/classes/{code}/replay/")
    await member.locator("[data-play]").click(timeout=10_000)
    await member.wait_for_function(
        "() => [...document.querySelectorAll('[data-lane] > *')].some(one => one.currentTime > 0.5)"
    )
    assert time.monotonic() - ended < 10
    await member.get_by_role("tab", name=word("en", "replay.chat")).click()
    await at(member, 600)
    await expect(member.get_by_text("heard again")).to_be_visible()


async def test_staff_cut_a_replay_and_who_missed_a_part_sees_only_that(
    people: People, recorded: None
):
    """The page after the class, by keyboard; then the one button of who lost the network."""
    host = await people.sign_in("1008", "en")
    await host.goto(f"/classes/{PAST}/edition/")
    await host.get_by_label("Title of the replay").fill("Cut")
    await host.get_by_label("Title of the replay").press("Enter")
    await expect(host.get_by_label("Title of the replay")).to_have_value("Cut")
    await is_clean(host, "en after the class")
    page = await people.sign_in("1043", "zh")
    await page.goto(f"/classes/{PAST}/replay/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cut")
    await page.locator("[data-play]").wait_for()
    await page.locator("[data-missed]").click()
    await expect(page.locator("[data-missed]")).to_have_attribute("aria-pressed", "true")
    await host.get_by_label("Title of the replay").fill("")
    await host.get_by_label("Title of the replay").press("Enter")
    await expect(host.get_by_label("Title of the replay")).to_have_value("")
