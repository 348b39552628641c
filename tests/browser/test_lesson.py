"""A lesson is watched: with a seek, a network cut and a second device; a document is read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import People
from tests.browser.test_pages import is_clean
from tests.browser.words import word
from tests.lessons import make_pdf, make_video
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LEARNER = "1018"
"""Plays nothing in other files: a page that plays elsewhere would ask her first."""
SECONDS, PAGES = 40, 4
MAKE = f"""
from courses.catalog.models import Caption, Course, Lesson, Material, Section
from members.accounts.models import Member
host = Member.objects.get(staff_no="1005")
course, _ = Course.objects.get_or_create(
    code="PLAY-1", defaults=dict(title="液氨与脱硝系统安全", author=host, state="published"))
section, _ = Section.objects.get_or_create(course=course, order=1, defaults=dict(title="1"))
made = [("video", "氨区巡检与泄漏处置", "media.mp4", {SECONDS * 10}),
        ("document", "氨区规程", "document.pdf", {PAGES})]
for order, (kind, title, name, length) in enumerate(made):
    lesson, _ = Lesson.objects.get_or_create(
        section=section, order=order, defaults=dict(kind=kind, title=title))
    material, _ = Material.objects.get_or_create(lesson=lesson, version=1, defaults=dict(
        uploaded_by=host, state="ready", file=name, name=name, length=length))
    if kind == "video":
        Caption.objects.get_or_create(material=material, language="zh-hans", defaults=dict(
            text="WEBVTT\\n\\n00:00.000 --> 00:40.000\\n巡检的五个停点\\n"))
    print("MADE", kind, lesson.pk, material.folder)
"""
PROGRESS = """
from courses.completion.models import Progress
from courses.completion.ranges import unpack
for one in Progress.objects.filter(lesson_id={lesson}, member__staff_no="{who}"):
    print("COVER", [list(part) for part in unpack(bytes(one.cover))], one.position)
"""


@dataclass(frozen=True)
class Lessons:
    """Keys of the lessons on the running platform."""

    video: int
    document: int
    platform: Platform

    def address(self, lesson: int) -> str:
        return f"/courses/PLAY-1/lessons/{lesson}/play/"

    def cover(self, who: str, lesson: int) -> list[list[int]]:
        """What the server has counted."""
        printed = self.platform.manage("shell", "-c", PROGRESS.format(lesson=lesson, who=who))
        found = re.search(r"COVER (\[.*\]) \d+", printed)
        parts: list[list[int]] = [] if found is None else json.loads(found[1])
        return parts


@pytest.fixture(scope="module")
def lessons(platform: Platform) -> Lessons:
    printed = platform.manage("shell", "-c", MAKE)
    made = {kind: (int(key), folder) for kind, key, folder in re.findall(
        r"MADE (\w+) (\d+) (\S+)", printed
    )}  # fmt: skip
    folders = platform.data_dir / "materials"
    make_video(folders / made["video"][1] / "media.mp4", SECONDS)
    make_pdf(folders / made["document"][1] / "document.pdf", PAGES)
    return Lessons(made["video"][0], made["document"][0], platform)


async def play(page: Page) -> None:
    await page.locator("[data-play]").click()


async def until(page: Page, second: float) -> None:
    """Wait until the picture is there."""
    await page.wait_for_function(
        "(at) => document.querySelector('video').currentTime >= at", arg=second, timeout=30_000
    )


async def at(page: Page, second: int) -> None:
    """Let go of the time line there."""
    await page.evaluate(
        """(to) => {
          const line = document.querySelector("lc-lesson input[type=range]");
          line.value = to;
          line.dispatchEvent(new Event("change"));
        }""",
        second,
    )


async def saved(page: Page) -> None:
    await expect(page.locator("[data-saved=true]")).to_be_visible(timeout=20_000)


async def test_a_seek_a_cut_and_a_second_device(people: People, lessons: Lessons):
    desk = await people.sign_in(LEARNER, "zh")
    await desk.goto(lessons.address(lessons.video))
    await play(desk)
    await until(desk, 3)
    await at(desk, 20)
    await until(desk, 22)
    await desk.locator("[data-play]").click()
    await saved(desk)
    first = lessons.cover(LEARNER, lessons.video)
    assert len(first) == 2, f"what was skipped does not count: {first}"
    assert first[0][0] == 0
    assert first[0][1] < 60
    assert 195 <= first[1][0] <= 205

    # the network is cut while it plays on from what is loaded
    await desk.context.set_offline(True)
    await play(desk)
    await until(desk, 25)
    await desk.locator("[data-play]").click()
    await expect(desk.locator("[data-saved=false]")).to_be_visible()
    await expect(desk.get_by_text(word("zh", "lesson.cut"))).to_be_visible()
    assert lessons.cover(LEARNER, lessons.video) == first
    await desk.context.set_offline(False)
    await saved(desk)
    second = lessons.cover(LEARNER, lessons.video)
    assert len(second) == 2
    assert second[1][1] >= 245

    # a phone asks, takes over, goes on where the desk was, and the desk stands
    await play(desk)
    await desk.wait_for_timeout(300)
    phone = await people.sign_in(LEARNER, "en", phone=True)
    await phone.goto(lessons.address(lessons.video))
    await play(phone)
    await expect(phone.get_by_text(word("en", "lesson.elsewhere"))).to_be_visible()
    await is_clean(phone, "en lesson, elsewhere")
    await phone.locator("[data-take-over]").click()
    await until(phone, 25)
    await desk.evaluate("() => dispatchEvent(new Event('pagehide'))")
    await expect(desk.get_by_text(word("zh", "lesson.elsewhere"))).to_be_visible(timeout=10_000)
    await expect(desk.locator("lc-lesson")).to_have_attribute("data-state", "paused")

    # what was jumped over, as one button; then it goes back
    await phone.locator("[data-catch-up]").click()
    now = await phone.evaluate("() => document.querySelector('video').currentTime")
    assert now < 20
    await phone.locator("[data-play]").click()
    await saved(phone)
    assert lessons.cover(LEARNER, lessons.video)[0][1] >= first[0][1]


async def test_speed_keys_captions_and_a_reload(people: People, lessons: Lessons):
    page = await people.sign_in("1030", "en")
    await page.goto(lessons.address(lessons.video))
    await is_clean(page, "en lesson")
    await page.locator(".rp-speed select").select_option("3")
    await page.locator("h1").click()
    await page.keyboard.press("k")
    await until(page, 6)
    await expect(page.get_by_text(word("en", "lesson.fast"))).to_be_visible()
    await page.keyboard.press("k")
    await page.keyboard.press("c")
    showing: Any = await page.evaluate(
        "() => [...document.querySelector('video').textTracks].map((one) => one.mode)"
    )
    assert showing == ["showing"]
    # without the picture the page itself writes what is said
    alone = page.get_by_role("button", name=word("en", "replay.audio_only"))
    await alone.click()
    await expect(page.locator(".ls-sound .said")).to_have_text("巡检的五个停点")
    await alone.click()
    await expect(page.locator(".ls-sound")).to_have_count(0)
    assert lessons.cover("1030", lessons.video) == [], "three times is too fast to count"
    await page.locator(".rp-speed select").select_option("1")
    await page.locator("h1").click()
    await page.keyboard.press("k")
    await until(page, 9)
    await page.reload()
    await play(page)
    await until(page, 9)
    await page.keyboard.press("k")
    await saved(page)
    [part] = lessons.cover("1030", lessons.video)
    assert part[0] >= 60
    assert part[1] >= 85, "the last word came by beacon"


async def test_a_document_is_read_page_by_page(people: People, lessons: Lessons):
    page = await people.sign_in("1031", "zh", phone=True, dark=True)
    await page.goto(lessons.address(lessons.document))
    await expect(page.locator("lc-lesson[data-page='1']")).to_be_visible(timeout=20_000)
    await expect(page.locator("[data-text]")).to_have_text(re.compile("Page 1 of the rules"))
    inked: bool = await page.evaluate(
        """() => {
          const canvas = document.querySelector("canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value, at) => at % 4 === 0 && value < 100);
        }"""
    )
    assert inked
    await expect(page.locator("[data-counted='1']")).to_be_visible(timeout=15_000)
    await page.locator("[data-next]").click()
    await page.locator("[data-next]").click()
    await expect(page.locator("[data-counted='2']")).to_be_visible(timeout=15_000)
    await saved(page)
    assert lessons.cover("1031", lessons.document) == [[0, 1], [2, 3]]
    await expect(page.locator("[data-catch-up]")).to_be_visible()
    await is_clean(page, "zh document")
