"""Streaming programs at the door of media: their key becomes a token of a moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from liveclass.rooms.publish_keys import opened, token_for
from realtime.media import refuse
from realtime.protocol.refusals import Refusal
from realtime.reader import Reader, reader
from realtime.tickets import bearer_text

Scope = Any
App = Callable[[Scope, Any, Any], Awaitable[None]]


class StreamingDoor:
    """ASGI: passes requests on to media, those with a publish key after a look at its rights.

    Args:
        media: the way to media; reads: where the database is asked.
    """

    def __init__(self, media: App, reads: Reader = reader) -> None:
        self._media = media
        self._reads = reads

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        key = opened(bearer_text(_authorization(scope)))
        if key is None:
            return await self._media(scope, receive, send)
        try:
            token = await self._reads.run(lambda: token_for(key))
        except ObjectDoesNotExist:
            return await refuse(send, 403, "key_void", "This key opens nothing any more.")
        except Refusal as refusal:
            if refusal.code == "busy":
                return await refuse(send, 503, "busy", "Too many ask at once.", retry=2)
            return await refuse(send, 403, refusal.code, "This key opens nothing any more.")
        return await self._media(_with_token(scope, token), receive, send)


def _authorization(scope: Scope) -> str:
    found = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
    return found[0].decode("latin-1") if len(found) == 1 else ""


def _with_token(scope: Scope, token: str) -> Scope:
    others = [one for one in scope["headers"] if one[0].lower() != b"authorization"]
    return {**scope, "headers": [*others, (b"authorization", f"Bearer {token}".encode())]}
