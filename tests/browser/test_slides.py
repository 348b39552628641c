"""Slides in a class: dragged in, turned, drawn on, looked back at; they survive a reload."""

from __future__ import annotations

import base64
from pathlib import Path
from secrets import token_hex

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.classroom import go_live, join, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.slide_files import talk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DROP = """([name, bytes]) => {
  const data = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([data], name, { type: "application/pdf" }));
  for (const kind of ["dragover", "drop"]) {
    document.querySelector("#stage").dispatchEvent(
      new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""
INK = """(selector) => {
  const canvas = document.querySelector(selector);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] < 128) dark += 1;
  return dark;
}"""


async def drop(page: Page, name: str, data: bytes) -> None:
    await page.evaluate(DROP, [name, base64.b64encode(data).decode()])


def slide(page: Page, number: int) -> Locator:
    """The large page, once it is drawn."""
    return page.locator(f".stage-fit lc-slide[data-drawn='{number}']")


async def draw_a_line(page: Page) -> None:
    box = await page.locator(".stage-fit .sd-ink").bounding_box()
    assert box is not None
    x, y, wide, tall = box["x"], box["y"], box["width"], box["height"]
    await page.mouse.move(x + wide * 0.2, y + tall * 0.3)
    await page.mouse.down()
    for step in range(1, 6):
        await page.mouse.move(x + wide * (0.2 + step * 0.1), y + tall * (0.3 + step % 2 * 0.1))
    await page.mouse.up()


async def test_slides_are_dragged_in_turned_and_drawn_on(people: People, tmp_path: Path):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"课件 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, "en", phone=True)
    await join(member, code)

    # what is no PDF is refused with a sentence; the class goes on
    await drop(host, "课件.pdf", b"no pdf at all")
    await expect(host.locator("[data-slides-problem]")).to_contain_text("PDF", timeout=20_000)
    await drop(host, "冬季供热.pdf", talk(5))
    for page in (host, member):
        await expect(slide(page, 1)).to_have_count(1, timeout=20_000)
        assert await page.evaluate(INK, ".stage-fit canvas") > 100
    await is_clean(host, "console with slides")
    await is_clean(member, "slides on a phone")

    # a key turns the page for everybody, and what is drawn travels with it
    await host.keyboard.press("ArrowRight")
    await host.keyboard.press("PageDown")
    for page in (host, member):
        await expect(slide(page, 3)).to_have_count(1)
    await host.locator("[data-tool-button=pen]").click()
    await draw_a_line(host)
    await expect(member.locator(".sd-ink .sd-pen")).to_have_count(1)
    await host.locator("[data-tool-button=laser]").click()
    box = await host.locator(".stage-fit .sd-ink").bounding_box()
    assert box is not None
    await host.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    await expect(member.locator(".sd-laser")).to_have_count(1)

    # she comes back to the same page, looks back, and never ahead
    await member.reload()
    await expect(slide(member, 3)).to_have_count(1)
    await expect(member.locator(".sd-ink .sd-pen")).to_have_count(1)
    await expect(member.locator("[data-turn='1']")).to_be_disabled()
    await member.locator("[data-turn='-1']").click()
    await expect(slide(member, 2)).to_have_count(1)
    await host.keyboard.press("ArrowRight")
    await expect(slide(host, 4)).to_have_count(1)
    await expect(member.locator("[data-live]")).to_contain_text("4")
    await expect(slide(member, 2)).to_have_count(1)
    await member.locator("[data-live]").click()
    await expect(slide(member, 4)).to_have_count(1)
    await expect(member.locator(".sd-ink .sd-pen")).to_have_count(0)
