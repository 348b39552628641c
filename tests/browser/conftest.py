"""One running platform, one Chromium with a fake camera and microphone, people who sign in."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.platform_process import DEMO_PASSWORD, Platform

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The media server of the tests listens on 127.0.0.1, which Chromium leaves out by itself.
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=user-gesture-required",
    "--auto-select-desktop-capture-source=Entire screen",
]

HOST, ASSISTANT, MEMBER, SECOND_MEMBER, OUTSIDER = "1005", "1007", "1013", "1030", "1058"
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The product as ``make run`` starts it, with demo data, for all browser tests."""
    running = Platform(tmp_path_factory.mktemp("platform"))
    running.prepare()
    running.start()
    yield running
    running.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium; sound needs a tap, as on a phone."""
    if shutil.which(CHROMIUM) is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


class People:
    """Opens a browser profile per person and signs her in through the real page."""

    def __init__(self, browser: Browser, platform: Platform) -> None:
        self.browser = browser
        self.platform = platform
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    async def sign_in(
        self,
        staff_no: str,
        language: str = "zh",
        *,
        phone: bool = False,
        dark: bool = False,
        permissions: bool = False,
    ) -> Page:
        """A page signed in as ``staff_no``. Only who publishes is given camera and microphone."""
        context = await self.browser.new_context(
            base_url=self.platform.url,
            locale=LANGUAGES[language],
            color_scheme="dark" if dark else "light",
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
            has_touch=phone,
            permissions=["camera", "microphone"] if permissions else [],
        )
        self.contexts.append(context)
        await context.add_cookies(
            [
                {
                    "name": "django_language",
                    "value": {"zh": "zh-hans", "en": "en"}[language],
                    "url": self.platform.url,
                }
            ]
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{staff_no}: {error}"))
        page.on("console", lambda message: self._listen(staff_no, message.type, message.text))
        await page.goto("/accounts/login/")
        await page.locator("input[name=login]").fill(staff_no)
        await page.locator("input[name=password]").fill(DEMO_PASSWORD)
        await page.locator("form button[type=submit].pri").click()
        await expect(page).not_to_have_url(re.compile("login"))
        return page

    def _listen(self, who: str, kind: str, text: str) -> None:
        if kind == "error" and "Content Security Policy" in text:
            self.problems.append(f"{who}: {text}")

    async def leave(self) -> None:
        for context in self.contexts:
            await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def people(chromium: Browser, platform: Platform) -> AsyncIterator[People]:
    """Sign people in; afterwards nobody's page may have had an error."""
    crowd = People(chromium, platform)
    yield crowd
    await crowd.leave()
    assert crowd.problems == []
