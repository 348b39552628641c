"""What it costs to forward to viewers who changed the layer: their numbers are shifted.

One fan-out of the media process with 120 viewers, real libsrtp keys, and a UDP socket whose other
end is never read. Frames of four packets of 1100 bytes, as at 720p and 1 Mbit/s. *moved together*:
all changed at the same keyframe, so they share a shift; *each for herself*: no two viewers have the
same, the worst case.

    python -m benchmarks.splices [--viewers 120] [--frames 400]
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import socket
import time

from pylibsrtp import Policy, Session

from realtime.sfu import rtp
from realtime.sfu.downtrack import DownTrack
from realtime.sfu.fanout import FanOut
from realtime.sfu.ice_lite import Peer
from realtime.sfu.seam import GCM_TAG_BYTES, Keys
from realtime.sfu.splice import Splice
from realtime.sfu.srtp import Bench
from realtime.sfu.uptrack import UpTrack

PACKETS, BYTES = 4, 1100
VP8 = b"\x90\xe0\x80\x01\x01\x20"
"""A descriptor with a picture number and TL0PICIDX, which are shifted too."""


def keys() -> Keys:
    """Keys as a handshake leaves them."""
    policy = Policy(
        key=secrets.token_bytes(28),
        ssrc_type=Policy.SSRC_ANY_OUTBOUND,
        srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    )
    session = Session(policy)
    return Keys(session._srtp[0], session._srtp[0], GCM_TAG_BYTES, "GCM", session)


def crowd(viewers: int, splices: list[Splice]) -> tuple[FanOut, socket.socket]:
    """A fan-out whose viewers have these shifts in turn, and the socket that hears them."""
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sink.bind(("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    outlet = FanOut(sock, Bench(), None, True)
    outlet.track = UpTrack("video", "VP8", outlet)
    for index in range(viewers):
        peer = Peer("u", "p" * 22, time.monotonic())
        peer.address = sink.getsockname()
        down = DownTrack(peer, keys(), 96, outlet.segmented)
        outlet.add(down)
        outlet.send([packet(0)])
        outlet.release(down)
        down.group = down.group._replace(splice=splices[index % len(splices)])
        down.server = outlet
        outlet._groups.setdefault(down.group, []).append(down)
    return outlet, sink


def packet(number: int) -> bytes:
    """One of a frame."""
    body = VP8.ljust(BYTES - rtp.HEADER_BYTES, b"x")
    return rtp.build(False, number & 0xFFFF, number // PACKETS * 3000, 7, body)


def measure(viewers: int, splices: list[Splice], frames: int) -> float:
    """Microseconds of this process per packet and viewer."""
    outlet, sink = crowd(viewers, splices)
    number = PACKETS
    began = time.process_time()
    for _ in range(frames):
        outlet.send([packet(number + index) for index in range(PACKETS)])
        number += PACKETS
    used = time.process_time() - began
    sink.close()
    return used / (frames * PACKETS * viewers) * 1e6


async def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--viewers", type=int, default=120)
    parser.add_argument("--frames", type=int, default=400)
    given = parser.parse_args()
    plain, moved = Splice(0, 0, 0, 0), Splice(7, 70, 7, 7)
    each = [Splice(n, 3000 * n, n, n & 0xFF) for n in range(1, given.viewers + 1)]
    print("| viewers | µs per packet and viewer |\n|---|---|")
    rows = (("never moved", [plain]), ("moved together", [moved]), ("each for herself", each))
    for name, splices in rows:
        figures = sorted(measure(given.viewers, splices, given.frames) for _ in range(3))
        print(f"| {name} | {figures[1]:.2f} |")


if __name__ == "__main__":
    asyncio.run(main())
