"""The one door of several media workers: places who comes, and asks all of them what concerns all.

Only signalling passes here, over Unix sockets to the workers; sound and picture go from each
worker's own UDP port straight to the browsers.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from realtime.media import MediaProxy, Message, Receive, Scope, Send
from realtime.media_control import RECORD_PATH, RECORD_PURPOSE, RecordCall
from realtime.sealed import SIGNATURE, is_sealed, seal
from realtime.sfu.hooks import Event, Hooks
from realtime.sfu.http import Refusal, Request, Response, json_response, only
from realtime.sfu.placing import Key, Placing, Worker
from realtime.sfu.settings import Settings
from realtime.sfu.siblings import ORIGINS, http_socket
from realtime.sfu.stream import SPEAKERS, probe_owner
from realtime.sfu.tasks import Tasks

log = logging.getLogger(__name__)

SESSION = re.compile(r"/media/session/(\d{1,2})-([A-Za-z0-9_-]{1,64})(/layer)?")
ENDPOINT = re.compile(r"/media/([a-z]+)/([A-Za-z0-9_-]{1,64})(?:/([^/]*).*)?")
HOOK = re.compile(r"/inner/hook/(\d{1,2})")
ALL_HEAR = frozenset({"/control/end", "/control/mute", "/control/spotlight", "/control/stats"})
CARRIED_OUT = frozenset({200, 202, 204, 409})
LOOK_S = 1.0
FIRST_LOOK_S = 0.1
"""Between looks at a worker that is up, and at one that starts."""
CALL_S = 2.0
RECORD_TRIES = 100
"""Ten seconds and more: long enough for a worker to be started again."""
AWAY = {"Retry-After": "1"}


class Front:
    """ASGI application.

    Args:
        settings: those of the whole; folder: where the workers' sockets are.
    """

    def __init__(self, settings: Settings, folder: str) -> None:
        self._secret = settings.secret
        self._base_port = settings.udp_port
        self.placing = Placing(settings.workers)
        self._hooks = Hooks(settings.hook_url, settings.secret)
        self._published: dict[Key, Event] = {}
        self._recorded: dict[str, tuple[int, int]] = {}
        """Worker and run of each room that is recorded."""
        ways = [http_socket(folder, number) for number in range(settings.workers)]
        self._proxies = [
            MediaProxy("http://media", httpx.AsyncHTTPTransport(uds=way)) for way in ways
        ]
        self._tasks = Tasks()
        self._push = asyncio.Lock()

    def start(self) -> None:
        """Look after the workers and report to web."""
        self._hooks.start()
        self._hooks.tell("started")
        for worker in self.placing.workers:
            self._tasks.spawn(self._look(worker))

    async def close(self) -> None:
        """Let go of everything; streams have ended with their workers."""
        await self._tasks.close()
        await self._hooks.close()
        for proxy in self._proxies:
            await proxy.close()

    def died(self, number: int) -> None:
        """A worker's process is gone: so are its streams, and web hears it before they return."""
        for key in self.placing.lost(number):
            if told := self._published.pop(key, None):
                self._hooks.tell(
                    "ended", key[0], key[1], int(str(told["member"])), str(told["session"])
                )
        for room, (at, run) in list(self._recorded.items()):
            if at == number:
                self._tasks.spawn(self._record_again(room, run))
        self._tasks.spawn(self._tell_origins())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        try:
            response = await self._route(scope, receive, send)
        except Refusal as refusal:
            response = refusal.response()
        except Exception:
            log.exception("request.crashed method=%s", scope["method"])
            response = Refusal(500, "internal", "something went wrong here").response()
        if response is not None:
            await response.send(send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """The answer, or None when a worker has given it."""
        path: str = scope["path"]
        request = Request(scope, receive)
        if path == "/media/healthz":
            only(request, "GET", "HEAD")
            return await self._health()
        if path.startswith("/control/"):
            return await self._control(path, request)
        if found := HOOK.fullmatch(path):
            return await self._hook(request, int(found[1]))
        if found := SESSION.fullmatch(path):
            await self._session(found, scope, receive, send)
            return None
        if found := ENDPOINT.fullmatch(path):
            await self._endpoint(found, scope, receive, send)
            return None
        raise Refusal(404, "not_found", "there is nothing here")

    async def _session(
        self, found: re.Match[str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """A session lives and dies with its worker."""
        worker = self.placing.at(int(found[1]))
        if worker is None and scope["method"] == "OPTIONS":
            worker = self.placing.any()
        if worker is None:
            raise Refusal(404, "session_unknown", "this session does not exist or has ended")
        path = f"/media/session/{found[2]}{found[3] or ''}"
        moved = {**scope, "path": path, "raw_path": path.encode()}
        await self._proxies[worker.number](moved, receive, send)

    async def _endpoint(
        self, found: re.Match[str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        way, room, stream = found[1], found[2], found[3] or ""
        watches = way == "whep" and stream != SPEAKERS and probe_owner(stream) is None
        worker = self.placing.seat(room) if watches else self.placing.home(room)
        if worker is None:
            raise Refusal(503, "starting", "no media worker is ready", AWAY)
        counted = watches and scope["method"] == "POST"
        worker.placed += counted
        before = worker.told

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                if counted and message["status"] != 201 and worker.told is before:
                    worker.placed -= 1
                message = {**message, "headers": _led_to(worker.number, message["headers"])}
            await send(message)

        await self._proxies[worker.number](dict(scope), receive, answer)

    # ---- what concerns all workers

    async def _health(self) -> Response:
        """Sums of what the workers count, and each by itself."""
        answers = await asyncio.gather(
            *(self._told(worker) for worker in self.placing.workers if worker.up)
        )
        each = [told for told in answers if told]
        names = dict.fromkeys(name for told in each for name in told)
        sums = {name: sum(told.get(name, 0) for told in each) for name in names}
        workers = {"workers": len(self.placing.workers), "workers_up": len(each), "each": each}
        ok = len(each) == len(self.placing.workers)
        rooms = len({room for room, _ in self.placing.origins})
        port = min((told["udp_port"] for told in each), default=self._base_port)
        body = {**sums, "ok": ok, "rooms": rooms, "udp_port": port, **workers}
        return json_response(body, 200 if each else 503)

    async def _control(self, path: str, request: Request) -> Response:
        """Web's calls: ends and figures concern all, everything else the home of its room."""
        only(request, "POST")
        body, seal = await request.body(), {SIGNATURE: request.header(SIGNATURE)}
        if path in ALL_HEAR:
            workers = [worker for worker in self.placing.workers if worker.up]
        else:
            home = self.placing.home(_room_of(body)) if self._believes(request, body) else None
            workers = [home or self.placing.any()] if self.placing.any() else []  # type: ignore[list-item]
        if not workers:
            raise Refusal(503, "starting", "no media worker is ready", AWAY)
        calls = [self._call(worker, path, body, seal) for worker in workers]
        return _together(await asyncio.gather(*calls))

    def _believes(self, request: Request, body: bytes) -> bool:
        """A home is chosen for who has our secret only; the worker looks at the signature again."""
        return bool(request.header(SIGNATURE)) and bool(_room_of(body))

    async def _hook(self, request: Request, number: int) -> Response:
        """A worker reports: keep who publishes where, tell the siblings, then web."""
        only(request, "POST")
        body = await request.body()
        if not is_sealed(request.header(SIGNATURE), body, self._secret):
            raise Refusal(403, "signature_wrong", "the signature does not match")
        told: Event = msgspec.json.decode(body, type=dict[str, object])
        key = (str(told.get("room")), str(told.get("stream")))
        if told["event"] == "started":
            return Response(204)  # its end was seen, and what went with it is told
        if told["event"] == "published":
            self.placing.origins[key], self._published[key] = number, told
        elif told["event"] == "ended" and self._is_current(key, told):
            self.placing.origins.pop(key, None)
            self._published.pop(key, None)
        elif told["event"] == "recording":
            self._recorded.pop(key[0], None)
            if told["state"] == "recording":
                self._recorded[key[0]] = number, int(str(told["run"]))
        await self._tell_origins()
        self._hooks.pass_on(told)
        return Response(204)

    def _is_current(self, key: Key, told: Event) -> bool:
        live = self._published.get(key)
        return live is not None and live.get("session") == told.get("session")

    async def _tell_origins(self) -> None:
        """Every worker knows where every stream is published before anybody can ask for it."""
        async with self._push:
            table = [[*key, at] for key, at in self.placing.origins.items()]
            body = msgspec.json.encode(table)
            up = [worker for worker in self.placing.workers if worker.up]
            await asyncio.gather(*(self._call(worker, ORIGINS, body, {}) for worker in up))

    async def _record_again(self, room: str, run: int) -> None:
        """The worker that recorded is gone: its room's next home goes on with the run."""
        for _ in range(RECORD_TRIES):
            home = self.placing.home(room)
            call = RecordCall(
                id=secrets.token_hex(12), sent=time.time(), room=room, run=run, on=True
            )
            body = msgspec.json.encode(call)
            seals = {SIGNATURE: seal(body, self._secret, RECORD_PURPOSE)}
            if home is not None:
                answer = await self._call(home, RECORD_PATH, body, seals)
                if answer.status == 202:
                    return
            await asyncio.sleep(FIRST_LOOK_S)

    # ---- one worker

    async def _call(
        self, worker: Worker, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Response:
        client = self._proxies[worker.number].client()
        try:
            answer = await client.post(
                f"http://media{path}", content=body, headers=headers, timeout=CALL_S
            )
        except httpx.HTTPError:
            return Refusal(503, "media_away", "a media worker did not answer", AWAY).response()
        kept = {name: answer.headers[name] for name in ("content-type",) if name in answer.headers}
        return Response(answer.status_code, answer.content, kept)

    async def _told(self, worker: Worker) -> dict[str, int]:
        """Its counters; empty when it does not answer."""
        client = self._proxies[worker.number].client()
        try:
            answer = await client.get("http://media/media/healthz", timeout=CALL_S)
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            return {}
        return {name: value for name, value in told.items() if type(value) is int}

    async def _look(self, worker: Worker) -> None:
        """Follow one worker: when it is there again it hears who publishes where."""
        while True:
            told = await self._told(worker)
            was_up = worker.up and bool(worker.told)
            if told:
                worker.looked_at(told)
                if not was_up:
                    await self._tell_origins()
            await asyncio.sleep(LOOK_S if told else FIRST_LOOK_S)


def _led_to(number: int, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers with a session's address that leads through the front to its worker."""
    begin = b"/media/session/"
    return [
        (name, begin + b"%d-" % number + value.removeprefix(begin))
        if name == b"location" and value.startswith(begin)
        else (name, value)
        for name, value in headers
    ]


def _room_of(body: bytes) -> str:
    """The room that a call names; empty when it is no call."""
    try:
        return str(msgspec.json.decode(body, type=dict[str, object]).get("room") or "")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def _together(answers: list[Response]) -> Response:
    """One answer of several workers: a refusal before a yes, and lists of figures end to end."""
    for one in answers:
        if one.status not in CARRIED_OUT:
            return one
    first = next((one for one in answers if one.status != 409), answers[0])
    if len(answers) == 1 or not first.body or first.status == 409:
        return first
    tables = [msgspec.json.decode(one.body, type=dict[str, list[object]]) for one in answers]
    merged = {name: [row for table in tables for row in table[name]] for name in tables[0]}
    return Response(first.status, msgspec.json.encode(merged), first.headers)
