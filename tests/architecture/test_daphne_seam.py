"""Only ``realtime/daphne_seam.py`` leans on unpublished names of daphne, Autobahn and Twisted."""

from __future__ import annotations

import ast
import inspect
import re
import sys

from autobahn.websocket.protocol import WebSocketProtocol as Autobahn
from daphne import ws_protocol
from daphne.server import Server
from twisted.internet import abstract, tcp
from twisted.protocols import tls

from tests.architecture import tree

SEAM = tree.ROOT / "realtime" / "daphne_seam.py"
HIDDEN = {
    "_tempDataBuffer", "_tempDataLen", "dataBuffer", "offset", "_appSendBuffer", "numberAccepts",
    "doRead", "STATE_OPEN",
}  # fmt: skip
"""What the seam says it leans on."""


def words(path: object) -> set[str]:
    """Every attribute read, and every name asked for with ``getattr``, in a file."""
    found = set()
    for node in ast.walk(tree.parse(path)):  # type: ignore[arg-type]
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def test_only_the_seam_uses_them() -> None:
    strangers = {
        f"{tree.name(path)}: {name}"
        for path in tree.sources(*tree.STOREYS)
        if path != SEAM
        for name in words(path) & HIDDEN - {"offset"}
    }
    assert strangers == set()
    assert words(SEAM) >= HIDDEN


def test_the_pinned_versions_have_them() -> None:
    descriptor = abstract.FileDescriptor
    assert descriptor.dataBuffer == b""
    assert descriptor.offset == 0
    source = inspect.getsource(descriptor)
    for name in ("_tempDataBuffer", "_tempDataLen"):
        assert re.search(rf"self\.{name}\b.*=", source), name
    assert "_appSendBuffer = []" in inspect.getsource(tls.TLSMemoryBIOProtocol)
    assert "numberAccepts" in inspect.getsource(tcp.Port.doRead)
    assert tcp.Connection.TLS is False
    assert isinstance(Autobahn.STATE_OPEN, int)
    assert issubclass(tcp.Server, descriptor)


def test_what_is_overridden_exists() -> None:
    protocol = ws_protocol.WebSocketProtocol
    for name in ("onConnect", "serverSend", "serverClose"):
        assert name in vars(protocol), name
    for name in ("sendFrame", "sendCloseFrame", "sendData", "dropConnection", "connectionLost"):
        assert callable(getattr(protocol, name)), name
    for name in ("create_application", "listen_success", "listen_error", "kill_all_applications"):
        assert name in vars(Server), name


def test_all_that_autobahn_sends_passes_by_the_seam() -> None:
    """``_send`` empties a queue that only ``sendData`` fills."""
    module = ast.parse(inspect.getsource(sys.modules[Autobahn.__module__]))
    writers = {
        function.name
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "self.transport.write"
    }
    assert writers == {"sendData", "_send"}


def test_daphne_still_has_what_the_seam_works_around() -> None:
    """When these go, so may the seam."""
    assert "sendMessage" in inspect.getsource(ws_protocol.WebSocketProtocol.serverSend)
    assert "pauseProducing" not in inspect.getsource(ws_protocol)
