"""The way to the viewers: what they have in common is done once, the rest per viewer.

Viewers of one track are grouped by payload type, authentication tag, ability to segment and the
shift of their numbers (``splice``). Per group a frame is laid out once; per viewer remain a copy,
the encryption and one send. Who never changed the layer shares the one group without shift.
"""

from __future__ import annotations

import errno
import socket
import struct
import sys
import time
from collections.abc import Sequence
from typing import Any

from realtime.sfu import rtcp, rtp
from realtime.sfu.downtrack import DownTrack, Group
from realtime.sfu.seam import lib
from realtime.sfu.splice import PLAIN, spliced
from realtime.sfu.srtp import BATCH_BYTES, Bench
from realtime.sfu.uptrack import UpTrack

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
        self._newest = b""
        """What everybody in the groups was sent last."""
        self.track: UpTrack
        """Whose packets these are; set by who makes both."""
        self.sent = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting) + sum(map(len, self._groups.values()))

    @property
    def awaits_keyframe(self) -> bool:
        """Whether somebody can only begin with the next keyframe."""
        return self._pictures and bool(self._waiting)

    def add(self, down: DownTrack, opening: Sequence[bytes] = ()) -> None:
        """Serve this viewer: from ``opening`` on, which only she gets now, or from the next one.

        Whoever is served by another layer stays there until she can begin here.
        """
        down.since = time.monotonic()
        self._waiting.append(down)
        if opening and self._admit(opening[0], [down]):
            self._serve(opening, down.group, [down])

    def remove(self, down: DownTrack) -> None:
        """Serve this viewer no more, and do not let her begin here."""
        if down in self._waiting:
            self._waiting.remove(down)
        if down.server is self:
            self.release(down)

    def release(self, down: DownTrack) -> None:
        """Serve her no more; she may go on elsewhere, or here."""
        self._take_out(down)
        down.server = None
        if self._newest:
            down.leave(self.track, self._newest)

    def _take_out(self, down: DownTrack) -> None:
        members = self._groups[down.group]
        members.remove(down)
        if not members:
            del self._groups[down.group]

    def _admit(self, first: bytes, who: list[DownTrack]) -> bool:
        """Let these viewers begin with ``first``, unless the counter is about to wrap."""
        if rtp.sequence_of(first) >= 0x10000 - WRAP_GUARD:
            return False
        for down in who:
            self._waiting.remove(down)
            if down.server is not None:
                down.server.release(down)
            down.enter(self.track, first)
            down.server = self
            self._groups.setdefault(down.group, []).append(down)
        return True

    def send(self, packets: Sequence[bytes], opens: bool = True) -> None:
        """Forward packets that belong together (a frame, or one packet) to everybody.

        Args:
            opens: who waits may begin with them.
        """
        if self._waiting:
            at_once = opens or not self._pictures
            self._admit(packets[0], list(self._waiting) if at_once else self._impatient())
        for group, members in list(self._groups.items()):
            self._serve(packets, group, members)
        self._newest = packets[-1]

    def _impatient(self) -> list[DownTrack]:
        """Those who have nothing to look at and have waited too long for a keyframe."""
        limit = time.monotonic() - PATIENCE_S
        return [d for d in self._waiting if d.since < limit and not d.moved and d.server is None]

    def _typed(self, packet: bytes, group: Group) -> bytes:
        """A copy of ``packet`` for the viewers of ``group``."""
        if group.splice == PLAIN:
            return rtp.with_type(packet, group.payload_type)
        return spliced(packet, group.payload_type, group.splice, self.track.codec)

    def _serve(self, packets: Sequence[bytes], group: Group, members: list[DownTrack]) -> None:
        typed = [self._typed(packet, group) for packet in packets]
        sizes = [len(packet) for packet in typed]
        segments = MAX_SEGMENTS if group.segmented else 1
        for run in rtp.split_runs(sizes, group.tag, BATCH_BYTES - 1024, segments):
            self._send_run(typed[run.start : run.stop], members, group)

    def send_late(self, packet: bytes) -> None:
        """Forward a packet that was repaired or reordered, to those who were here before it."""
        sequence = rtp.sequence_of(packet)
        for members in self._groups.values():
            for down in members:
                if down.follows(sequence):
                    down.sent += self._send_one(down, self._typed(packet, down.group))

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
        self._take_out(down)
        down.group = down.group._replace(segmented=False)
        self._groups.setdefault(down.group, []).append(down)

    def repair(self, down: DownTrack, lost: Sequence[int], now: float) -> int:
        """Answer a NACK from the caches; the number of packets sent again."""
        before = down.repaired
        down.health.nacks += len(lost)
        self._bench.tally.nacks += len(lost)
        for sequence in lost:
            packet = down.asked(sequence)
            if packet is None:
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
        """Send RTCP that begins with a sender report to every viewer, in her time."""
        for group, members in self._groups.items():
            told = rtcp.shifted(compound, group.splice.timestamp)
            for down in members:
                self.control_one(down, told)

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
