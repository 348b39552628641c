"""Somebody whose page reaches media over a relay, so that her network can change under her."""

from __future__ import annotations

import httpx
from playwright.async_api import BrowserContext, Route

from tests.platform_process import Platform
from tests.udp_relay import Relay


async def through_relay(context: BrowserContext, platform: Platform) -> Relay:
    """Lead all media of a browser profile over a relay: candidates in answers name its port."""
    address = f"http://127.0.0.1:{platform.port + 1}/media/healthz"
    async with httpx.AsyncClient(trust_env=False) as http:
        relay = Relay((await http.get(address)).json()["udp_port"])
    port = await relay.open()

    async def lead(route: Route) -> None:
        answer = await route.fetch()
        text = (await answer.text()).replace(f" {relay.target[1]} typ host", f" {port} typ host")
        await route.fulfill(response=answer, body=text)

    for kind in ("whip", "whep", "session"):
        await context.route(f"**/media/{kind}/**", lead)
    return relay
