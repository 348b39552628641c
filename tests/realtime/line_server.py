"""A small ASGI application with an outbox, for ``test_lines.py``: says what it is told to say.

    python -m tests.realtime.line_server <kind> <address>

``kind`` is raw, transport (Unix socket), tls, asgi (all daphne) or uvicorn; ``address`` is a port
or, for transport, a path. A page sends JSON commands: ``burst`` (n frames of size bytes, numbered),
``answers`` (the same, as answers), ``close`` (a code), ``abort``. Every frame is
``{"n": number, "pad": "…"}``; a resynchronisation is ``{"resync": sent_seq}``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liveclass.settings")

from realtime.frames import Frame, Need
from realtime.lines import line_of
from realtime.outbox import Outbox
from realtime.protocol.version import CLOSE_TOO_SLOW


class Told:
    """One connection that does what it is told."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self.receive, self.send = receive, send
        self.line = line_of(scope, send)
        self.box = Outbox(self.line, self.resync, self.give_up)
        self.gone = asyncio.Event()

    def resync(self) -> None:
        self.box.put_message(json.dumps({"resync": self.box.sent_seq}).encode())

    def give_up(self) -> None:
        self.gone.set()

    def burst(self, first: int, count: int, size: int, need: Need) -> None:
        pad = "字" * (size // 3)
        for number in range(first, first + count):
            data = json.dumps({"n": number, "pad": pad}, ensure_ascii=False).encode()
            self.box.put(Frame(data, need, last=number if need is Need.EVENT else 0))

    async def obey(self, command: dict[str, Any]) -> None:
        match command["do"]:
            case "line":
                kind = type(self.line).__name__
                self.box.put_message(json.dumps({"line": kind}).encode())
            case "burst" | "answers":
                need = Need.EVENT if command["do"] == "burst" else Need.ANSWER
                self.burst(command["first"], command["count"], command["size"], need)
            case "close":
                await self.end(command["code"])
            case "abort":
                self.line.abort()

    async def end(self, code: int) -> None:
        self.box.close()
        await self.line.flush()
        await self.send({"type": "websocket.close", "code": code})

    async def live(self) -> None:
        slow = asyncio.create_task(self.gone.wait())
        try:
            while True:
                heard = asyncio.create_task(self.receive())
                await asyncio.wait({slow, heard}, return_when=asyncio.FIRST_COMPLETED)
                if slow.done():
                    heard.cancel()
                    self.line.abort()
                    await self.send({"type": "websocket.close", "code": CLOSE_TOO_SLOW})
                    return
                message = heard.result()
                if message["type"] == "websocket.disconnect":
                    return
                await self.obey(json.loads(message["text"]))
        finally:
            slow.cancel()
            self.box.close()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """WebSockets only."""
    if scope["type"] != "websocket":
        return
    if os.environ.get("LINE_KIND") == "asgi":
        scope["extensions"] = {}
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    await Told(scope, receive, send).live()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a self-signed certificate for 127.0.0.1."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(pem, pkcs8, plain))
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    return folder / "key.pem", folder / "cert.pem"


def serve(kind: str, address: str) -> None:
    """Until killed."""
    os.environ["LINE_KIND"] = kind
    if kind == "uvicorn":
        import uvicorn

        uvicorn.run(application, host="127.0.0.1", port=int(address), log_level="error")
        return
    from realtime.server import Server, tcp_endpoint

    match kind:
        case "transport":
            endpoint = f"unix:{address}"
        case "tls":
            key, cert = certificate(Path(tempfile.mkdtemp(prefix="liveclass-tls-")))
            where = f"interface=127.0.0.1:privateKey={key}:certKey={cert}"
            endpoint = f"ssl:{address}:{where}"
        case _:
            endpoint = tcp_endpoint("127.0.0.1", int(address))
    Server(application, endpoint).run()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2])
