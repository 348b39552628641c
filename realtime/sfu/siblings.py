"""What the workers of one machine agree on: their sockets' names, and who has which publisher."""

from __future__ import annotations

import msgspec

from realtime.sfu.engine import Engine
from realtime.sfu.http import Refusal, Request, Response, only

FRONT = "front"
"""Name of the front's Unix socket in their folder."""
ORIGINS = "/inner/origins"
_table = msgspec.json.Decoder(list[tuple[str, str, int]])


def http_socket(folder: str, worker: int) -> str:
    """Unix socket on which a worker speaks HTTP."""
    return f"{folder}/http-{worker}"


async def origins(request: Request, engine: Engine) -> Response:
    """Take the front's table. It comes by the Unix socket, and the front passes on nothing from
    outside to this address.

    Raises:
        Refusal: 405, 400.
    """
    only(request, "POST")
    try:
        told = _table.decode(await request.body())
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Refusal(400, "malformed", "the body is no table") from None
    engine.relay.set_origins({(room, stream): worker for room, stream, worker in told})
    return Response(204)
