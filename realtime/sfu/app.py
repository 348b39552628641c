"""The ASGI application: six routes, no framework."""

from __future__ import annotations

import asyncio
import logging
import re

from realtime.media_control import MUTE_PATH, RECORD_PATH, SPOT_PATH
from realtime.media_control import PATH as CONTROL
from realtime.media_stats import PATH as STATS
from realtime.sealed import Deliveries
from realtime.sfu import control, hls, layer, resource, statistics, whep, whip
from realtime.sfu.engine import Engine
from realtime.sfu.hooks import Hooks
from realtime.sfu.http import Receive, Refusal, Request, Response, Scope, Send, json_response, only
from realtime.sfu.settings import Settings
from realtime.sfu.siblings import FRONT, ORIGINS, origins
from realtime.sfu.stream import is_stream

log = logging.getLogger(__name__)

ENDPOINT = re.compile(r"/media/(whip|whep)/([A-Za-z0-9_-]{1,64})/([a-z]+(?:-[0-9]+)?)")
LAYER = re.compile(r"/media/session/([A-Za-z0-9_-]{1,64})/layer")
SESSION = re.compile(r"/media/session/([A-Za-z0-9_-]{1,64})")


class App:
    """Owns the engine: the lifespan starts and closes it.

    Args:
        settings: as read from the environment; segmented: as in ``Engine``.
    """

    def __init__(self, settings: Settings, segmented: bool | None = None) -> None:
        self._settings = settings
        self._segmented = segmented
        self.engine: Engine | None = None
        self._hooks: Hooks | None = None
        self._deliveries = Deliveries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            response = await self._answer(Request(scope, receive))
            await response.send(send)

    async def open(self) -> Engine:
        """Bind the UDP port and start forwarding."""
        told = self._settings
        uds = f"{told.run_dir}/{FRONT}" if told.run_dir else ""
        self._hooks = Hooks(told.hook_url, told.secret, uds=uds)
        self.engine = Engine(self._settings, self._hooks, self._segmented)
        self._hooks.start()
        self.engine.taps.start()
        await self.engine.start()
        return self.engine

    async def close(self) -> None:
        """End all sessions."""
        if self.engine is not None and self._hooks is not None:
            await self.engine.close()
            await asyncio.to_thread(self.engine.taps.close)
            await self._hooks.close()
            self.engine = None

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Start when the server starts, stop when it stops (ASGI lifespan)."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.open()
                except OSError as failure:
                    await send({"type": "lifespan.startup.failed", "message": str(failure)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, request: Request) -> Response:
        """Every request gets an answer; a mistake of ours is a 500 without details."""
        try:
            return await self._route(request)
        except Refusal as refusal:
            return refusal.response()
        except Exception:
            log.exception("request.crashed method=%s", request.method)
            return Refusal(500, "internal", "something went wrong here").response()

    async def _route(self, request: Request) -> Response:
        engine = self.engine
        if engine is None:
            raise Refusal(503, "starting", "not ready yet", {"Retry-After": "1"})
        if request.path == "/media/healthz":
            only(request, "GET", "HEAD")
            return json_response({"ok": True, **engine.stats()})
        if answer := await self._inner(request, engine):
            return answer
        if (found := hls.PATH.fullmatch(request.path)) and is_stream(found[2]):
            return await hls.endpoint(request, engine, self._settings.secret, found)
        if found := SESSION.fullmatch(request.path):
            return await resource.endpoint(request, engine, self._settings.secret, found[1])
        if found := LAYER.fullmatch(request.path):
            return await layer.endpoint(request, engine, self._settings.secret, found[1])
        found = ENDPOINT.fullmatch(request.path)
        if not found or not is_stream(found[3]):
            raise Refusal(404, "not_found", "there is nothing here")
        serve = whip.endpoint if found[1] == "whip" else whep.endpoint
        return await serve(request, engine, self._settings.secret, found[2], found[3])

    async def _inner(self, request: Request, engine: Engine) -> Response | None:
        """What web and the front ask; no proxy leads here. None for every other address."""
        if request.path == ORIGINS and self._settings.run_dir:
            return await origins(request, engine)
        if request.path == CONTROL:
            return await control.endpoint(request, engine, self._settings.secret, self._deliveries)
        if request.path == RECORD_PATH:
            return await control.record(request, engine, self._settings.secret, self._deliveries)
        if request.path == MUTE_PATH:
            return await control.mute(request, engine, self._settings.secret, self._deliveries)
        if request.path == SPOT_PATH:
            return await control.spotlight(request, engine, self._settings.secret, self._deliveries)
        if request.path == STATS:
            return await statistics.endpoint(request, engine, self._settings.secret)
        return None
