"""A coturn of our own on free ports, with a certificate that nobody signed."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.platform_process import free_ports
from tests.realtime.line_server import certificate
from tests.stack import turn
from tools import system

SECRET = "turn-0123456789abcdef0123456789abcdef"
RELAYS = 8
READY_SECONDS = 10.0


@dataclass(frozen=True)
class Coturn:
    """Where it listens: ``plain`` for UDP and TCP, ``tls`` in the place of 443."""

    plain: int
    tls: int
    certificate: Path

    @property
    def urls(self) -> list[str]:
        """As TURN_URLS has them."""
        return [
            f"turn:127.0.0.1:{self.plain}?transport=udp",
            f"turn:127.0.0.1:{self.plain}?transport=tcp",
            f"turns:127.0.0.1:{self.tls}?transport=tcp",
        ]

    @property
    def key_digest(self) -> str:
        """Digest of the certificate's public key, as Chromium wants it to trust it."""
        public = x509.load_pem_x509_certificate(self.certificate.read_bytes()).public_key()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        raw = public.public_bytes(serialization.Encoding.DER, form)
        return base64.b64encode(hashlib.sha256(raw).digest()).decode()


@contextmanager
def coturn(folder: Path) -> Iterator[Coturn]:
    """Started with the settings that ship, but free to relay to this machine."""
    program = system.server("turnserver")
    assert program is not None, f"Tests need turnserver: {system.servers_fix()}."
    key, cert = certificate(folder)
    plain = free_ports(2 + RELAYS)
    made = Coturn(plain, plain + 1, cert)
    command = [
        str(program), "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1",
        f"--listening-port={plain}", f"--tls-listening-port={plain + 1}",
        f"--min-port={plain + 2}", f"--max-port={plain + 1 + RELAYS}", f"--cert={cert}",
        f"--pkey={key}", "--realm=localhost", "--use-auth-secret",
        f"--static-auth-secret={SECRET}", "--fingerprint", "--no-cli", "--allow-loopback-peers",
        f"--pidfile={folder}/pid", f"--userdb={folder}/db", "--log-file=stdout", "--no-tlsv1",
    ]  # fmt: skip
    with (folder / "coturn.log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not turn.answers(plain):
            told = (folder / "coturn.log").read_text(errors="replace")
            assert child.poll() is None, told[-3000:]
            assert time.monotonic() < deadline, told[-3000:]
        yield made
    finally:
        child.terminate()
        child.wait(5)
