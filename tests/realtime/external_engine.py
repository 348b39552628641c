"""MediaMTX as an installation would run it, with our gateway in front; for who has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.platform_process import free_ports
from tests.realtime.sfu.peers import SECRET

ROOT = Path(__file__).resolve().parents[2]
HINT = (
    "MediaMTX is not here: put its program on the PATH or name it in LIVECLASS_MEDIAMTX "
    "(a release of github.com/bluenviron/mediamtx; with Go it is built from source by "
    "`go generate ./... && go build .` in its tree)"
)
PASSWORD = "engine-password-of-tests"
CONFIGURATION = """
logLevel: warn
rtsp: no
rtmp: no
hls: no
srt: no
api: yes
apiAddress: 127.0.0.1:{api}
webrtcAddress: 127.0.0.1:{http}
webrtcLocalUDPAddress: 127.0.0.1:{udp}
webrtcIPsFromInterfaces: no
webrtcAdditionalHosts: [127.0.0.1]
authInternalUsers:
- user: liveclass
  pass: {password}
  permissions: [{{action: publish}}, {{action: read}}]
- user: any
  ips: [127.0.0.1]
  permissions: [{{action: api}}]
paths:
  all_others:
"""


def program() -> str | None:
    """MediaMTX, if it is installed or named."""
    return os.environ.get("LIVECLASS_MEDIAMTX") or shutil.which("mediamtx")


@dataclass
class External:
    """The engine and the gateway."""

    folder: Path
    hook_url: str = ""
    url: str = ""
    engine: subprocess.Popen[bytes] | None = None
    gateway: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Both, and wait until they answer."""
        first = free_ports(4)
        api, http, udp, own = range(first, first + 4)
        numbers = {"api": api, "http": http, "udp": udp, "password": PASSWORD}
        (self.folder / "mediamtx.yml").write_text(CONFIGURATION.format(**numbers))
        self.start_engine()
        base = f"http://127.0.0.1:{http}/{{room}}/{{stream}}"
        told = {
            "MEDIA_SECRET": SECRET.decode(),
            "MEDIA_HTTP_PORT": str(own),
            "MEDIA_HOOK_URL": self.hook_url,
            "MEDIA_WHIP_URL": f"{base}/whip",
            "MEDIA_WHEP_URL": f"{base}/whep",
            "MEDIA_STATUS_URL": f"http://127.0.0.1:{api}/v3/paths/get/{{room}}/{{stream}}",
            "MEDIA_ENGINE_AUTH": "bearer",
            "MEDIA_ENGINE_SECRET": f"liveclass:{PASSWORD}",
        }
        self.gateway = subprocess.Popen(
            [sys.executable, "-m", "realtime.external"], cwd=ROOT, env={**os.environ, **told}
        )
        self.url = f"http://127.0.0.1:{own}"
        self.wait_ready()

    def start_engine(self) -> None:
        """The engine alone."""
        command = [program() or "mediamtx", str(self.folder / "mediamtx.yml")]
        self.engine = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)

    def wait_ready(self) -> None:
        """Until the gateway sees the engine."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/media/healthz", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError("the engine and its gateway did not become ready")

    def kill_engine(self) -> None:
        """SIGKILL."""
        assert self.engine is not None
        self.engine.kill()
        self.engine.wait(5)

    def stop(self) -> None:
        """Both."""
        for child in (self.gateway, self.engine):
            if child is not None:
                child.terminate()
                child.wait(10)
