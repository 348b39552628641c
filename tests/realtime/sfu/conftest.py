"""A media server per test, on a free UDP port of 127.0.0.1."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aioice.ice
import pytest
import pytest_asyncio

from realtime.sfu.app import App
from realtime.sfu.settings import Settings
from tests.realtime.sfu.peers import SECRET, House, open_house


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """aioice leaves 127.0.0.1 out of its candidates; here it is the only network there is."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda *_, **__: ["127.0.0.1"])


@pytest.fixture
def settings() -> Settings:
    """Any free UDP port, no hook."""
    return Settings(secret=SECRET, udp_port=0, hook_url="")


@pytest_asyncio.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """A running server."""
    opened = await open_house(App(settings))
    yield opened
    await opened.close()
