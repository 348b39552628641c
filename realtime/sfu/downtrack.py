"""The way to the viewers: what they have in common is done once, the rest per viewer.

Viewers of one track are grouped by payload type, authentication tag and ability to segment. Per
group a frame is laid out once; per viewer remain a copy, the encryption and one send.
"""

from __future__ import annotations

import errno
import secrets
import socket
import struct
import sys
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from realtime.sfu import rtp
from realtime.sfu.cache import PacketCache
from realtime.sfu.health import Health
from realtime.sfu.ice_lite import Peer
from realtime.sfu.seam import Keys, lib
from realtime.sfu.srtp import BATCH_BYTES, Bench

SOL_UDP = 17
UDP_SEGMENT = 103
"""Linux: cut one buffer into datagrams of this size (udp(7))."""
MAX_SEGMENTS = 64
"""UDP_MAX_SEGMENTS of the oldest kernels that have it."""
GSO_REFUSED = frozenset(
    {errno.EIO, errno.EINVAL, errno.EMSGSIZE, errno.ENOPROTOOPT, errno.EOPNOTSUPP}
)
"""The kernel, the route or the card cannot segment; other errors are about the destination."""
WRAP_GUARD = 48
"""Nobody joins in the last packets before a wrap: whoever lost all of those would reckon with the
wrong roll-over counter for ever (RFC 3711 §3.3.1)."""
PATIENCE_S = 4.0
"""Longest wait for a keyframe: then packets are better than nothing (a codec we misread)."""
REPAIRS_PER_S = 400.0
"""Retransmissions one viewer may cause; a line that loses more is not helped by more packets."""


class Group(NamedTuple):
    """What viewers must share to be served from one layout."""

    payload_type: int
    tag: int
    segmented: bool


class Rtx(NamedTuple):
    """The stream of retransmissions (RFC 4588) that a viewer agreed to."""

    payload_type: int
    ssrc: int


class DownTrack:
    """One kind of one viewer's session.

    Args:
        rtx: None for a viewer that gets lost packets again as they were.
    """

    def __init__(
        self, peer: Peer, keys: Keys, payload_type: int, segmented: bool, rtx: Rtx | None = None
    ) -> None:
        self.peer = peer
        self.keys = keys
        self.group = Group(payload_type, keys.tag, segmented)
        self.first: int | None = None
        """Our number of the first packet it got: nothing older may follow under its keys."""
        self.sent = 0
        self.dropped = 0
        self.repaired = 0
        self.health = Health()
        self.since = time.monotonic()
        self._rtx = rtx
        self._rtx_sequence = secrets.randbelow(0x4000)
        self._allowance = REPAIRS_PER_S
        self._allowed_at = 0.0

    def may_repair(self, now: float) -> bool:
        """Spend one retransmission of the allowance."""
        gained = (now - self._allowed_at) * REPAIRS_PER_S
        self._allowance = min(REPAIRS_PER_S, self._allowance + gained)
        self._allowed_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def again(self, packet: bytes) -> bytes:
        """The retransmission of ``packet`` as this viewer expects it."""
        if self._rtx is None:
            return rtp.with_type(packet, self.group.payload_type)
        self._rtx_sequence = rtp.uint16_add(self._rtx_sequence, 1)
        return rtp.retransmission(
            packet, self._rtx.payload_type, self._rtx_sequence, self._rtx.ssrc
        )


class FanOut:
    """All viewers of one track.

    Args:
        sock: the shared socket; bench: where packets are encrypted.
        segmented: whether to try UDP GSO; pictures: viewers begin with a keyframe.
    """

    def __init__(
        self,
        sock: socket.socket,
        bench: Bench,
        segmented: bool | None = None,
        pictures: bool = False,
    ) -> None:
        self._sock = sock
        self._bench = bench
        self.segmented = sys.platform == "linux" if segmented is None else segmented
        self._groups: dict[Group, list[DownTrack]] = {}
        self._waiting: list[DownTrack] = []
        self._pictures = pictures
        self.sent = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting) + sum(map(len, self._groups.values()))

    @property
    def awaits_keyframe(self) -> bool:
        """Whether somebody can only begin with the next keyframe."""
        return self._pictures and bool(self._waiting)

    def add(self, down: DownTrack, opening: Sequence[bytes] = ()) -> None:
        """Serve this viewer: from ``opening`` on, which only she gets now, or from the next one."""
        self._waiting.append(down)
        if opening and self._admit(rtp.sequence_of(opening[0])):
            self._serve(opening, down.group, [down])

    def remove(self, down: DownTrack) -> None:
        """Stop serving this viewer."""
        for members in (self._waiting, self._groups.get(down.group, [])):
            if down in members:
                members.remove(down)
        if not self._groups.get(down.group, True):
            del self._groups[down.group]

    def _admit(self, sequence: int) -> bool:
        """Let waiting viewers in, unless the counter is about to wrap."""
        if sequence >= 0x10000 - WRAP_GUARD:
            return False
        for down in self._waiting:
            down.first = sequence
            self._groups.setdefault(down.group, []).append(down)
        self._waiting.clear()
        return True

    def send(self, packets: Sequence[bytes], opens: bool = True) -> None:
        """Forward packets that belong together (a frame, or one packet) to everybody.

        Args:
            opens: who waits may begin with them.
        """
        if self._waiting and (opens or not self._pictures or self._waited()):
            self._admit(rtp.sequence_of(packets[0]))
        for group, members in list(self._groups.items()):
            self._serve(packets, group, members)

    def _waited(self) -> bool:
        """Whether the one who waits longest has waited too long for a keyframe."""
        return time.monotonic() - self._waiting[0].since > PATIENCE_S

    def _serve(self, packets: Sequence[bytes], group: Group, members: list[DownTrack]) -> None:
        typed = [rtp.with_type(packet, group.payload_type) for packet in packets]
        sizes = [len(packet) for packet in typed]
        segments = MAX_SEGMENTS if group.segmented else 1
        for run in rtp.split_runs(sizes, group.tag, BATCH_BYTES - 1024, segments):
            self._send_run(typed[run.start : run.stop], members, group)

    def send_late(self, packet: bytes) -> None:
        """Forward a packet that was repaired or reordered, to those who were here before it."""
        sequence = rtp.sequence_of(packet)
        for members in self._groups.values():
            for down in members:
                if _follows(sequence, down):
                    typed = rtp.with_type(packet, down.group.payload_type)
                    down.sent += self._send_one(down, typed)

    def _send_run(self, run: list[bytes], members: list[DownTrack], group: Group) -> None:
        """Lay the run out once; copy, encrypt and send it per viewer."""
        step = len(run[0]) + group.tag
        size = step * (len(run) - 1) + len(run[-1]) + group.tag
        plain = b"".join(packet.ljust(step, b"\0") for packet in run)[:size].ljust(size, b"\0")
        view, pointer = self._bench.outbox[:size], self._bench.outbox_ptr
        places = [(pointer + step * index, len(packet)) for index, packet in enumerate(run)]
        ancillary = [(SOL_UDP, UDP_SEGMENT, struct.pack("=H", step))] if len(run) > 1 else []
        protect, length, refused = lib.srtp_protect, self._bench.length, []
        sendmsg, sendto, count = self._sock.sendmsg, self._sock.sendto, len(run)
        for down in members:
            view[:] = plain
            if not _encrypt(protect, down.keys.tx, places, length):
                self._drop(down, count)
                continue
            try:
                if ancillary:
                    sendmsg((view,), ancillary, 0, down.peer.address)
                else:
                    sendto(view, down.peer.address)  # type: ignore[arg-type]
                down.sent += count
                self.sent += count
            except OSError as error:
                if ancillary and error.errno in GSO_REFUSED:
                    refused.append(down)
                    self._send_singly(down, view, step)
                else:
                    self._drop(down, count)
        for down in refused:
            self._without_segments(down)

    def _drop(self, down: DownTrack, count: int) -> None:
        """The socket is full (EAGAIN) or the route is gone: never wait for one viewer."""
        down.dropped += count
        self.dropped += count

    def _send_singly(self, down: DownTrack, view: memoryview, step: int) -> None:
        """Send the encrypted segments one by one."""
        for start in range(0, len(view), step):
            try:
                self._sock.sendto(view[start : start + step], down.peer.address)  # type: ignore[arg-type]
                down.sent += 1
                self.sent += 1
            except OSError:
                self._drop(down, 1)

    def _without_segments(self, down: DownTrack) -> None:
        """Move a viewer whose route refuses segmented sends to a group that does without."""
        self.remove(down)
        down.group = down.group._replace(segmented=False)
        self._groups.setdefault(down.group, []).append(down)

    def repair(self, down: DownTrack, cache: PacketCache, lost: Sequence[int], now: float) -> int:
        """Answer a NACK from the cache; the number of packets sent again."""
        before = down.repaired
        down.health.nacks += len(lost)
        self._bench.tally.nacks += len(lost)
        for sequence in lost:
            packet = cache.get(sequence)
            if packet is None or not _follows(sequence, down):
                continue
            if not down.may_repair(now):
                break
            down.repaired += self._send_one(down, down.again(packet))
        self._bench.tally.repairs += down.repaired - before
        return down.repaired - before

    def _send_one(self, down: DownTrack, typed: bytes) -> int:
        sealed = self._bench.seal_rtp(down.keys, typed)
        if sealed is None or down.peer.address is None:
            return 0
        try:
            self._sock.sendto(sealed, down.peer.address)
        except OSError:
            self._drop(down, 1)
            return 0
        self.sent += 1
        return 1

    def control(self, compound: bytes) -> None:
        """Send RTCP to every viewer."""
        for members in self._groups.values():
            for down in members:
                self.control_one(down, compound)

    def control_one(self, down: DownTrack, compound: bytes) -> None:
        """Send RTCP to one viewer; a lost report is followed by the next."""
        sealed = self._bench.seal_rtcp(down.keys, compound)
        if sealed is None or down.peer.address is None:
            return
        try:
            self._sock.sendto(sealed, down.peer.address)
        except OSError:
            self.dropped += 1


def _encrypt(protect: Any, tx: Any, places: list[tuple[Any, int]], length: Any) -> bool:
    """Encrypt each packet of a laid out run in place."""
    for pointer, size in places:
        length[0] = size
        if protect(tx, pointer, length):
            return False
    return True


def _follows(sequence: int, down: DownTrack) -> bool:
    """Whether the viewer may have this packet: it is not older than the first one it got.

    An older one could make libsrtp count a wrap that never was. A viewer that has been here for a
    quarter turn of the counter is past that danger, and the distance would soon mean nothing.
    """
    if down.first is None:
        return False
    return down.sent + down.dropped >= 0x4000 or rtp.uint16_diff(sequence, down.first) >= 0
