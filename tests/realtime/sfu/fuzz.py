"""Broken datagrams and offers, made from real ones, against a running media server.

Everything that a peer says is recorded and changed at random: STUN and DTLS from strangers and in
a peer's own name, SRTP without keys, RTP, RTCP and RTX with the right keys, and session
descriptions. After each round a publisher and a viewer who have nothing to do with it must still
hear each other, no session may have crashed, and no request may be answered with 500.

    python -m tests.realtime.sfu.fuzz --seconds 60 [--seed 7]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import random
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import aioice.ice

from realtime.sfu import rtcp
from realtime.sfu.app import App
from realtime.sfu.settings import Settings
from tests.realtime.sfu.bad_network import BadPublisher, BadViewer, Line
from tests.realtime.sfu.peers import SECRET, House, RawPeer, open_house, token, until

FINE = frozenset({201, 400, 401, 403, 406, 409, 413, 415, 422, 503})
KEPT = 200
SPECIAL = (b"\0", b"\xff", b"\x7f", b"\x80", b"\0\0\0\0", b"\xff\xff\xff\xff")
WORDS = ("0", "-1", "65536", "4294967296", "a=", "m=video", "\r\n", "\0", "rtx/90000", "apt=", "é")


class Crashes(logging.Handler):
    """Exceptions that the server caught and logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(self.format(record))


@dataclass
class Fuzz:
    """One run.

    Args:
        house: the server; seed: repeats a run, as far as the network lets it.
    """

    house: House
    seed: int
    done: Counter[str] = field(default_factory=Counter)
    said: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311
        self.crashes = Crashes()
        logging.getLogger("realtime").addHandler(self.crashes)

    async def run(self, seconds: float) -> None:
        """Rounds of everything until the time is over.

        Raises:
            AssertionError: what must not happen did.
        """
        publisher, viewer = await self.house.publisher(room="w"), await self.house.viewer(room="w")
        ends, offer = time.monotonic() + seconds, await self.house.stranger().offer()
        while time.monotonic() < ends:
            victims = await self._victims()
            for _ in range(20):
                await self._datagrams(victims)
                await self._with_keys(victims)
            for _ in range(10):
                await self._offer(offer)
            for victim in victims:
                await victim.close()
                self.house.peers.remove(victim)
            before = len(viewer.packets)
            await publisher.video(1)
            await until(lambda: len(viewer.packets) > before)  # noqa: B023
            assert not self.crashes.seen, self.crashes.seen[0]
            self.done["rounds"] += 1

    async def _victims(self) -> tuple[BadPublisher, BadViewer]:
        """A fresh pair whose words are recorded from the first check on."""
        publisher, viewer = BadPublisher(Line()), BadViewer(Line())
        for peer, way in ((publisher, "whip"), (viewer, "whep")):
            self.house.peers.append(peer)
            self._record(peer)
            member, act = (1, "publish") if way == "whip" else (2, "watch")
            await peer.connect(self.house.http, f"/media/{way}/f/camera", token("f", member, act))
            if peer is publisher:
                await until(lambda: self.house.is_live("f", "camera", publisher))
        await publisher.frames(2, packets=2, fps=500)
        return publisher, viewer

    def _record(self, peer: RawPeer) -> None:
        send = peer._ice._send

        async def recorded(data: bytes) -> None:
            self.said.append(data)
            del self.said[:-KEPT]
            await send(data)

        peer._ice._send = recorded  # type: ignore[method-assign]
        peer.speak = send  # type: ignore[attr-defined]

    async def _datagrams(self, victims: tuple[BadPublisher, BadViewer]) -> None:
        """Changed words from a stranger and in the peers' own names."""
        check = b"\0\1\0\x08\x21\x12\xa4\x42" + self.chance.randbytes(12) + b"\0\x06\0\4abcd"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for data in (check, *self.chance.sample(self.said, min(4, len(self.said)))):
                changed = self.changed(data)
                stranger.sendto(changed, ("127.0.0.1", self.house.engine.ice.port))
                with contextlib.suppress(ConnectionError):
                    await self.chance.choice(victims).speak(changed)  # type: ignore[union-attr]
                self.done["datagrams"] += 2
        await asyncio.sleep(0)

    async def _with_keys(self, victims: tuple[BadPublisher, BadViewer]) -> None:
        """Changed RTP, RTX and RTCP that decrypt properly."""
        publisher, viewer = victims
        packet = publisher.packet(b"\x90\x80\x80\x01\x00" + self.chance.randbytes(30))
        ssrc = viewer.ssrc("video")
        report = rtcp.ReportBlock(ssrc, 1, 2, 3, 4, 5, 6)
        compound = rtcp.receiver_report(9, [report]) + rtcp.nack(9, ssrc, range(40))
        compound += rtcp.picture_loss(9, ssrc) + rtcp.source_name(9, "x")
        clock = rtcp.sender_report(rtcp.SenderReport(packet.ssrc, 1 << 40, 5, 6, 7))
        words = (
            (publisher, packet.serialize()),
            (publisher, publisher._again(packet).serialize()),
            (publisher, clock + rtcp.source_name(9, "y")),
            (viewer, compound),
        )
        for peer, data in words:
            with contextlib.suppress(Exception):  # ours, on the way out: libsrtp refuses nonsense
                await peer.dtls._send_rtp(data[:1] + self.changed(data[1:]))
                self.done["with keys"] += 1
        await asyncio.sleep(0.001)

    async def _offer(self, offer: str) -> None:
        """A changed offer to publish or to watch."""
        way, act = self.chance.choice((("whip", "publish"), ("whep", "watch")))
        text = self.reworded(offer)
        answer = await self.house.post(way, token("o", 5, act), text, room="o")
        assert answer.status_code in FINE, (answer.status_code, text)
        self.done[f"offers {answer.status_code}"] += 1
        for session in self.house.engine.sessions.within("o", None):
            self.house.engine.end(session, "fuzzed")

    def changed(self, data: bytes) -> bytes:
        """Flipped, overwritten, cut, repeated or lengthened at a few places."""
        text = bytearray(data)
        for _ in range(self.chance.choice((1, 1, 2, 4, 16))):
            at = self.chance.randrange(len(text) + 1)
            match self.chance.randrange(5):
                case 0 if at < len(text):
                    text[at] ^= 1 << self.chance.randrange(8)
                case 1:
                    special = self.chance.choice(SPECIAL)
                    text[at : at + len(special)] = special
                case 2:
                    del text[at:]
                case 3:
                    text[at:at] = text[at : at + self.chance.randrange(40)]
                case _:
                    text[at:at] = self.chance.randbytes(self.chance.randrange(20))
        return bytes(text[:1500])

    def reworded(self, offer: str) -> str:
        """Lines dropped, repeated, swapped, and words put into them."""
        lines = offer.split("\r\n")
        for _ in range(self.chance.choice((1, 2, 5))):
            at, other = self.chance.randrange(len(lines)), self.chance.randrange(len(lines))
            line = lines[at]
            cut = self.chance.randrange(len(line) + 1)
            match self.chance.randrange(4):
                case 0 if len(lines) > 2:
                    del lines[at]
                case 1:
                    lines.insert(other, line)
                case 2:
                    lines[at] = line[:cut] + self.chance.choice(WORDS) + line[cut:]
                case _:
                    lines[at] = line[:cut]
        return "\r\n".join(lines)


async def fuzz(seconds: float, seed: int) -> Counter[str]:
    """Run against a server of our own; what was tried how often."""
    house = await open_house(App(Settings(secret=SECRET, udp_port=0, hook_url="")))
    run = Fuzz(house, seed)
    try:
        await run.run(seconds)
    finally:
        logging.getLogger("realtime").removeHandler(run.crashes)
        await house.close()
    return run.done


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    aioice.ice.get_host_addresses = lambda *_, **__: ["127.0.0.1"]
    sys.stdout.write(f"seed {given.seed}\n")
    done = asyncio.run(fuzz(given.seconds, given.seed))
    sys.stdout.writelines(f"{name}: {count}\n" for name, count in sorted(done.items()))


if __name__ == "__main__":
    main()
