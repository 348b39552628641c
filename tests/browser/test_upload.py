"""A file is sent to a lesson: cut off, the page closed, gone on with, prepared, and replaced."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from courses.uploads.tus import PART
from tests.browser.conftest import HOST, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word
from tests.lessons import make_video
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAKE = """
from courses.catalog.models import Course, Lesson, Section
from members.accounts.models import Member
host = Member.objects.get(staff_no="1005")
course = Course.objects.create(code="UP-1", title="上传", author=host)
section = Section.objects.create(course=course, order=1, title="1")
print("MADE", Lesson.objects.create(section=section, order=1, kind="video", title="氨区巡检").pk)
"""
PADDING = 2 * 1024**2
"""Bytes of a ``free`` box (ISO 14496-12 §8.1.2) behind the video: the file takes three parts."""


async def choose(page: Page, file: Path) -> None:
    await page.locator("#upload-file").set_input_files(file)


async def test_an_upload_is_cut_off_and_gone_on_with(
    people: People, platform: Platform, tmp_path: Path
):
    lesson = re.search(r"MADE (\d+)", platform.manage("shell", "-c", MAKE))
    assert lesson is not None
    address = f"/courses/UP-1/edit/lessons/{lesson[1]}/file/"
    file = tmp_path / "巡检.mp4"
    make_video(file, 2)
    with file.open("ab") as padded:
        padded.write(PADDING.to_bytes(4, "big") + b"free" + bytes(PADDING - 8))
    desk = await people.sign_in(HOST, "zh")
    await desk.goto(f"/courses/UP-1/edit/lessons/{lesson[1]}/")
    await desk.locator(f"a[href='{address}']").click()
    await is_clean(desk, "zh before")

    # two parts arrive, then the line is dead
    sent: list[str] = []

    async def cut(route: Route) -> None:
        if route.request.method != "PATCH":
            await route.continue_()
            return
        sent.append(route.request.headers["upload-offset"])
        await (route.continue_() if len(sent) < 2 else route.abort())

    await desk.route("**/courses/uploads/**", cut)
    await choose(desk, file)
    await expect(desk.get_by_text(word("zh", "upload.waiting"))).to_be_visible()
    await is_clean(desk, "zh waiting")
    assert sent[:2] == ["0", str(PART)]
    await desk.context.close()

    # on another device: the same file, from where it was
    phone = await people.sign_in(HOST, "en", phone=True, dark=True)
    await phone.goto(address)
    offsets: list[str] = []
    phone.on(
        "request",
        lambda one: offsets.append(one.headers["upload-offset"]) if one.method == "PATCH" else None,
    )
    await choose(phone, file)
    await expect(phone.locator("[data-version]")).to_contain_text(file.name, timeout=30_000)
    assert offsets[0] == str(PART)

    # the worker prepares it
    chip = phone.locator("[data-version] .chip").first
    for _attempt in range(60):
        if "In use" in await chip.inner_text():
            break
        await phone.wait_for_timeout(500)
        await phone.reload()
    await expect(chip).to_have_text("In use")
    await is_clean(phone, "en ready")

    # a broken one says why, and the lesson keeps what it has
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"PK\3\4" + bytes(3000))
    await choose(phone, broken)
    why = phone.get_by_text("The file cannot be read.")
    await expect(phone.locator("[data-version]")).to_have_count(2, timeout=30_000)
    for _attempt in range(60):
        if await why.count():
            break
        await phone.wait_for_timeout(500)
        await phone.reload()
    await expect(why).to_be_visible()
    await expect(phone.locator("[data-version]").nth(1)).to_contain_text("In use")
    await is_clean(phone, "en failed")

    # what the server refuses is said at once
    empty = tmp_path / "empty.mp4"
    empty.touch()
    await choose(phone, empty)
    await expect(phone.get_by_role("alert")).to_contain_text("The file is empty.")
