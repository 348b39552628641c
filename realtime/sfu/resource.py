"""The session resource, of WHIP and WHEP alike: PATCH trickles and restarts ICE, DELETE ends it
(RFC 9725 §4.2, §4.3; draft-ietf-wish-whep-03 §4.4, §4.5)."""

from __future__ import annotations

import logging
import time

from realtime.sfu import access
from realtime.sfu.engine import Engine
from realtime.sfu.http import Refusal, Request, Response, only, preflight
from realtime.sfu.logs import say
from realtime.sfu.session import Session, Viewer
from realtime.sfu.trickle import FRAGMENT, BadFragment, Fragment, parse_fragment, write_fragment

log = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "PATCH", "DELETE")
RESTARTS = 10
"""ICE restarts of one session within ``RESTARTS_S``."""
RESTARTS_S = 10.0
ANY = "*"


async def endpoint(request: Request, engine: Engine, secret: bytes, session_id: str) -> Response:
    """Serve a session to whoever opened it."""
    if request.method == "OPTIONS":
        return preflight(*METHODS, patch=FRAGMENT)
    only(request, *METHODS)
    session = own(request, engine, secret, session_id)
    if request.method == "PATCH":
        return await _patch(request, engine, session)
    if request.method == "DELETE":  # whatever If-Match says (RFC 9725 §4.3.1)
        engine.end(session, "deleted")
        return Response(200)
    return Response(204, headers=_sent(session))


def _sent(session: Session) -> dict[str, str]:
    """How many packets a viewer was sent: one who gets none of them has lost the way, and nobody
    else can know. An extension of ours; a publisher has no use for it."""
    if not isinstance(session, Viewer):
        return {}
    return {"X-Sent": str(sum(down.sent for down in session.downs.values()))}


def tag(session: Session) -> str:
    """The strong entity tag of its ICE session (RFC 9725 §4.3.1)."""
    return f'"{session.peer.ufrag}"'


def own(request: Request, engine: Engine, secret: bytes, session_id: str) -> Session:
    """The session.

    Raises:
        Refusal: 401 without a token, 404 without such a session, 403 for somebody else's.
    """
    token = access.bearer(request, secret)
    session = engine.sessions.get(session_id)
    if session is None:
        raise Refusal(404, "session_unknown", "this session does not exist or has ended")
    access.require_own(token, session)
    return session


async def _patch(request: Request, engine: Engine, session: Session) -> Response:
    """204 for candidates, 200 with our new side for a restart.

    Raises:
        Refusal: 415, 428, 412, 400, 413 or 429; the session goes on as it was.
    """
    request.require_type(FRAGMENT, "Accept-Patch")
    wanted = request.header("if-match")
    if not wanted:
        raise Refusal(428, "tag_missing", "If-Match must name the ICE session")
    fragment = _fragment(await request.text())
    if session.ended:
        raise Refusal(404, "session_unknown", "this session does not exist or has ended")
    if not matches(wanted, tag(session)):
        raise Refusal(412, "tag_outdated", "this is not the current ICE session")
    if not fragment.renews(session.peer):
        return Response(204)
    return _restarted(engine, session, fragment)


def _fragment(text: str) -> Fragment:
    try:
        return parse_fragment(text)
    except BadFragment as bad:
        raise Refusal(400, "fragment_invalid", str(bad)) from None


def matches(wanted: str, current: str) -> bool:
    """Whether If-Match names ``current`` by strong comparison (RFC 9110 §13.1.1)."""
    return wanted.strip() == ANY or current in (part.strip() for part in wanted.split(","))


def _restarted(engine: Engine, session: Session, fragment: Fragment) -> Response:
    """Answer an ICE restart (RFC 9725 §4.3.3)."""
    now = time.monotonic()
    session.restarts = [at for at in session.restarts if now - at < RESTARTS_S]
    if len(session.restarts) >= RESTARTS:
        retry = {"Retry-After": str(int(RESTARTS_S))}
        raise Refusal(429, "restarts_too_many", "too many ICE restarts in a row", retry)
    session.restarts.append(now)
    engine.ice.restart(session.peer, fragment.ufrag, fragment.password)
    say(log, logging.INFO, "session.restarted", session=session.label, member=session.member)
    headers = {"Content-Type": FRAGMENT, "ETag": tag(session), "Cache-Control": "no-store"}
    return Response(200, write_fragment(session.answer, session.peer).encode(), headers)
