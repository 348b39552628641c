"""Who may: bearer tokens of the media endpoints (RFC 9725 §4.7.1, RFC 6750)."""

from __future__ import annotations

from typing import Literal

from realtime.sfu.http import Refusal, Request
from realtime.sfu.session import Session
from realtime.sfu.stream import SPEAKERS, probe_owner, speaker_of
from realtime.sfu.voids import Voids
from realtime.tickets import MediaToken, TicketExpired, TicketInvalid, bearer_text, verify

CHALLENGE = {"WWW-Authenticate": "Bearer"}


def require(
    request: Request,
    room: str,
    stream: str,
    act: Literal["publish", "watch"],
    secret: bytes,
    now: float,
    given: str = "",
) -> MediaToken:
    """The token, if it allows ``act`` on ``stream`` of ``room``. ``publish`` and ``speak`` include
    ``watch``; ``speak`` allows publishing one's own ``speaker-<member id>`` and nothing else.

    Args:
        given: a token that came in another place than the header, which goes first.

    Raises:
        Refusal: 401 without a good token, 403 with one for something else.
    """
    token = _opened(request, secret, now, given)
    if token.room != room:
        raise Refusal(403, "token_foreign_room", "the token is for another room")
    if act == "publish":
        _may_publish(token, stream)
    if probe_owner(stream) not in (None, token.member):
        raise Refusal(403, "probe_foreign", "this device check belongs to somebody else")
    return token


def _may_publish(token: MediaToken, stream: str) -> None:
    if token.act == "watch":
        raise Refusal(403, "token_watch_only", "the token does not allow publishing")
    speaker = speaker_of(stream)
    if stream == SPEAKERS:
        raise Refusal(403, "speakers_put_together", "nobody publishes this stream")
    if speaker not in (None, token.member):
        raise Refusal(403, "speaker_foreign", "this is the stream of another speaker")
    if token.act == "speak" and speaker is None and probe_owner(stream) is None:
        raise Refusal(403, "token_speak_only", "the token allows speaking, and no other stream")


def still_good(token: MediaToken, voids: Voids) -> None:
    """Ask again when the request is complete: its owner may have been sent away meanwhile.

    Raises:
        Refusal: 401, so that a page which is still welcome comes with a new token.
    """
    if voids.cover(token):
        raise Refusal(401, "token_void", "the token was withdrawn", CHALLENGE)


def bearer(request: Request, secret: bytes) -> MediaToken:
    """Who asks about a session. A session may outlive its token: an expired one still names her.

    Raises:
        Refusal: 401 without a token of ours.
    """
    return _opened(request, secret, 0)


def require_own(token: MediaToken, session: Session) -> None:
    """Refuse who did not open ``session``: its address is no key, it may become known.

    Raises:
        Refusal: 403.
    """
    if (token.room, token.member) != (session.stream.room, session.member):
        raise Refusal(403, "session_foreign", "the session belongs to somebody else")


def _opened(request: Request, secret: bytes, now: float, given: str = "") -> MediaToken:
    text = bearer_text(request.header("authorization")) or given
    if not text:
        raise Refusal(401, "token_missing", "a bearer token is needed", CHALLENGE)
    try:
        return verify(text, MediaToken, secret, now)
    except TicketExpired:
        raise Refusal(401, "token_expired", "the token has expired", CHALLENGE) from None
    except TicketInvalid:
        raise Refusal(401, "token_invalid", "the token is not valid", CHALLENGE) from None
