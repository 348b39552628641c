"""A film no phone plays was made into sizes: it is watched, sought in and counted like others."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from playwright.async_api import Request, expect

from courses.uploads import media
from tests.browser.conftest import People
from tests.browser.test_lesson import PROGRESS, at, play, saved, until
from tests.browser.words import word
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LEARNER, SECONDS = "1032", 16
MAKE = f"""
from courses.catalog.models import Course, Lesson, Material, Section
from members.accounts.models import Member
host = Member.objects.get(staff_no="1005")
course = Course.objects.create(code="PLAY-2", title="旧影片", author=host, state="published")
section = Section.objects.create(course=course, order=1, title="1")
lesson = Lesson.objects.create(section=section, order=0, kind="video", title="锅炉巡检")
material = Material.objects.create(lesson=lesson, version=1, uploaded_by=host, state="ready",
    file="index.m3u8", name="old.avi", length={SECONDS * 10})
print("MADE", lesson.pk, material.folder)
"""


def old_film(path: Path) -> None:
    """MPEG-4 part 2 in AVI, as cameras wrote it once: no browser plays it."""
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for number in range(SECONDS * 10):
            frame = av.VideoFrame(1280, 720, "yuv420p")
            frame.planes[0].update(bytes([number]) * frame.planes[0].buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, 10)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


async def test_sizes_are_played_sought_in_and_counted(
    people: People, platform: Platform, tmp_path: Path
):
    found = re.search(r"MADE (\d+) (\S+)", platform.manage("shell", "-c", MAKE))
    assert found is not None
    lesson, folder = found[1], platform.data_dir / "materials" / found[2]
    folder.mkdir(parents=True, exist_ok=True)
    old_film(tmp_path / "old.avi")
    made = media.make("video", tmp_path / "old.avi", folder, lambda done: None)
    sizes = re.findall(r"^(\d+p)/index", (folder / made.file).read_text(), re.MULTILINE)
    assert len(sizes) >= 2, "a choice of sizes is what this is about"

    page = await people.sign_in(LEARNER, "zh")
    asked: list[str] = []

    def note(request: Request) -> None:
        part = re.search(r"/(\d+p)/part-", request.url)
        asked.extend([part[1]] if part else [])

    page.on("request", note)
    await page.goto(f"/courses/PLAY-2/lessons/{lesson}/play/")
    await play(page)
    await until(page, 3)
    assert set(asked) <= set(sizes)
    # sound only is for narrow lines: from here on nothing but the smallest picture is fetched
    smallest = min(sizes, key=lambda size: int(size[:-1]))
    await page.get_by_role("button", name=word("zh", "replay.audio_only")).click()
    before = len(asked)
    await at(page, 12)
    await until(page, 13.5)
    assert set(asked[before:]) <= {smallest}
    assert smallest in asked
    await page.locator("[data-play]").click()
    await saved(page)
    await expect(page.locator("lc-lesson")).to_have_attribute("data-state", "paused")
    printed = platform.manage("shell", "-c", PROGRESS.format(lesson=lesson, who=LEARNER))
    counted = re.search(r"COVER \[\[0, (\d+)\], \[(\d+), (\d+)\]\]", printed)
    assert counted is not None, printed
    first, second, third = (int(one) for one in counted.groups())
    assert 25 <= first < 110
    assert 115 <= second <= 125
    assert third >= 130
