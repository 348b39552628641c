"""The media process's HTTP face, in front of an existing engine.

Who may is decided here, by the same tokens; the engine is told by a token of its own form. Web
hears ``published`` and ``ended`` from us, because few engines tell it, and none in our words.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from realtime.external.engine import Engine
from realtime.external.sessions import Session, Sessions
from realtime.external.settings import Settings
from realtime.external.tokens import bearer
from realtime.media_control import MUTE_PATH, PURPOSE, SPOT_PATH, EndCall
from realtime.media_control import PATH as CONTROL
from realtime.media_stats import PATH as STATS
from realtime.media_stats import MediaStats
from realtime.sealed import SIGNATURE, Deliveries, is_fresh, is_sealed
from realtime.sfu import access
from realtime.sfu.hooks import Hooks
from realtime.sfu.http import SDP, Refusal, Request, Response, json_response, only, preflight
from realtime.sfu.stream import is_stream, probe_owner, speaker_of
from realtime.sfu.tasks import Tasks
from realtime.sfu.trickle import FRAGMENT
from realtime.sfu.voids import Voids

log = logging.getLogger(__name__)

ENDPOINT = re.compile(r"/media/(whip|whep)/([A-Za-z0-9_-]{1,64})/([a-z]+(?:-[0-9]+)?)")
SESSION = re.compile(r"/media/session/([A-Za-z0-9_-]{1,64})")
METHODS = ("GET", "HEAD", "PATCH", "DELETE")
LOOK_S = 1.0
MISSES = 10
"""Looks at which a stream may be missing before it was ever seen: ICE and DTLS take their time."""


class Gateway:
    """ASGI application.

    Args:
        settings: as read from the environment; engine: replaced in tests of our own rules.
    """

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        self._settings = settings
        self._engine = engine or Engine(settings)
        self._sessions = Sessions(settings.max_sessions)
        self._hooks = Hooks(settings.hook_url, settings.secret)
        self._voids = Voids()
        self._deliveries = Deliveries()
        self._tasks = Tasks()
        self._is_there = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the lifespan, or answer one HTTP request."""
        if scope["type"] == "lifespan":
            return await self._lifespan(receive, send)
        try:
            response = await self._route(Request(scope, receive))
        except Refusal as refusal:
            response = refusal.response()
        except Exception:
            log.exception("request.crashed method=%s", scope["method"])
            response = Refusal(500, "internal", "something went wrong here").response()
        return await response.send(send)

    async def _lifespan(
        self, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        await receive()
        self._hooks.start()
        self._hooks.tell("started")
        self._tasks.spawn(self._follow())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._tasks.close()
        for session in list(self._sessions.values()):
            await self._end(session)
        await self._hooks.close()
        await self._engine.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _route(self, request: Request) -> Response:
        if request.path == "/media/healthz":
            only(request, "GET", "HEAD")
            told = {"ok": self._is_there, **self._sessions.counts()}
            return json_response(told, 200 if self._is_there else 503)
        if request.path == CONTROL:
            return await self._control(request)
        if request.path in (MUTE_PATH, SPOT_PATH):
            # Engines cannot be told to drop a sound or to prefer one: pages alone do it here.
            only(request, "POST")
            return Response(204)
        if request.path == STATS:
            return await self._stats(request)
        if found := SESSION.fullmatch(request.path):
            return await self._session(request, found[1])
        found = ENDPOINT.fullmatch(request.path)
        if not found or not is_stream(found[3]):
            raise Refusal(404, "not_found", "there is nothing here")
        return await self._open(request, found[1], found[2], found[3])

    # ---- sessions

    async def _open(self, request: Request, way: str, room: str, stream: str) -> Response:
        """POST an offer to publish or watch; 201 with the engine's answer."""
        if request.method == "OPTIONS":
            return preflight("GET", "HEAD", "POST", post=SDP)
        only(request, "GET", "HEAD", "POST")
        if request.method != "POST":
            return Response(204)
        secret, now = self._settings.secret, time.time()
        token = access.require(
            request, room, stream, "publish" if way == "whip" else "watch", secret, now
        )
        offer = await request.sdp()
        access.still_good(token, self._voids)
        if self._sessions.is_full:
            raise Refusal(503, "media_full", "too many sessions", {"Retry-After": "5"})
        before = self._sessions.publisher((room, stream)) if way == "whip" else None
        if before is not None:
            await self._end(before)  # engines keep the first; we let a reload take over
        opened = await self._engine.open(way, room, stream, token.member, offer)
        session = Session(room, stream, token.member, way == "whip", opened.address)
        self._sessions[session.id] = session
        if self._voids.cover(token):
            await self._end(session)
            raise Refusal(401, "token_void", "the token was withdrawn", access.CHALLENGE)
        headers = {
            "Content-Type": SDP, **opened.headers, "Location": f"/media/session/{session.id}",
            "X-Stream-Id": session.alias, "Cache-Control": "no-store",
        }  # fmt: skip
        return Response(201, opened.answer, headers, opened.links)

    async def _session(self, request: Request, id: str) -> Response:
        """PATCH goes to the engine, DELETE ends it here and there."""
        if request.method == "OPTIONS":
            return preflight(*METHODS, patch=FRAGMENT)
        only(request, *METHODS)
        token = access.bearer(request, self._settings.secret)
        session = self._sessions.get(id)
        if session is None:
            raise Refusal(404, "session_unknown", "this session does not exist or has ended")
        if (token.room, token.member) != (session.room, session.member):
            raise Refusal(403, "session_foreign", "the session belongs to somebody else")
        if request.method == "DELETE":
            await self._end(session)
            return Response(200)
        if request.method != "PATCH":
            return Response(204)
        names = ("content-type", "if-match")
        given = {name: value for name in names if (value := request.header(name))}
        shown, body = self._shown(session), await request.body()
        answer = await self._engine.pass_on("PATCH", session.address, shown, given, body)
        kept = {n: answer.headers[n] for n in ("content-type", "etag") if n in answer.headers}
        return Response(answer.status_code, answer.content, kept)

    def _shown(self, session: Session) -> str:
        act = "publish" if session.publishes else "watch"
        where = (session.room, session.stream, act, session.member)
        return bearer(self._settings, *where, time.time())

    async def _end(self, session: Session) -> None:
        """End it at the engine, and tell web when it was on stage."""
        if self._sessions.pop(session.id, None) is None:
            return
        self._tell_ended(session)
        try:
            await self._engine.pass_on("DELETE", session.address, self._shown(session), {}, b"")
        except Refusal:
            log.warning("session.left_to_the_engine")  # it ends by itself when the peer is gone

    # ---- web's calls

    async def _control(self, request: Request) -> Response:
        """End sessions and void older tokens, as the media process does."""
        only(request, "POST")
        body = await request.body()
        if not is_sealed(request.header(SIGNATURE), body, self._settings.secret, PURPOSE):
            raise Refusal(403, "signature_wrong", "the signature does not match")
        try:
            call = msgspec.json.decode(body, type=EndCall)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Refusal(400, "malformed", "the body is no call") from None
        if not is_fresh(call.sent, time.time()):
            raise Refusal(403, "stale", "the call is too old, or the clocks disagree")
        if self._deliveries.claim(call.id) != "new":
            raise Refusal(409, "repeated", "this call was carried out already")
        self._voids.add(call.room, call.member, call.void_until, time.time(), call.speaking)
        for session in self._sessions.within(call.room, call.member):
            if not call.speaking or (session.publishes and speaker_of(session.stream) is not None):
                await self._end(session)
        self._deliveries.done(call.id)
        return Response(204)

    async def _stats(self, request: Request) -> Response:
        """Engines count in ways of their own: nothing is told rather than something wrong."""
        only(request, "POST")
        nothing = msgspec.json.encode(MediaStats(publishers=[], viewers=[]))
        return Response(200, nothing, {"Content-Type": "application/json"})

    # ---- what the engine does not tell by itself

    async def _follow(self) -> None:
        """Look at the engine once a second: is it there, and who is on stage?"""
        while True:
            was_there, self._is_there = self._is_there, await self._engine.answers()
            if was_there and not self._is_there:
                self._lost()
            for session in [one for one in self._sessions.values() if one.publishes]:
                await self._look(session)
            await asyncio.sleep(LOOK_S)

    async def _look(self, session: Session) -> None:
        """Tell web when a stream appears at the engine, and when it is gone."""
        there = await self._engine.has(*session.key)
        if there is None and not self._settings.status_url:
            there = True  # it cannot be asked: what was opened counts until it is ended
        if there and not session.told:
            session.told, session.missed = True, 0
            self._tell("published", session)
        elif there:
            session.missed = 0
        elif there is False:
            session.missed += 1
            if session.told or session.missed > MISSES:
                await self._end(session)

    def _lost(self) -> None:
        """The engine is gone, and every session with it; pages come back when it does."""
        for session in list(self._sessions.values()):
            del self._sessions[session.id]
            self._tell_ended(session)

    def _tell_ended(self, session: Session) -> None:
        if session.told:
            session.told = False
            self._tell("ended", session)

    def _tell(self, event: str, session: Session) -> None:
        if probe_owner(session.stream) is None:
            self._hooks.tell(event, session.room, session.stream, session.member, session.alias)
