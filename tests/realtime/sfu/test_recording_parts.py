"""Parts of the recorder by themselves: clocks that drift, units that lie, files cut off."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.sfu import rtcp, rtp
from realtime.sfu.recording import index, mend, opus, sps, units
from realtime.sfu.recording.feed import Feed
from realtime.sfu.recording.files import FileSink
from realtime.sfu.recording.frames import Frames
from realtime.sfu.recording.run import Run
from realtime.sfu.recording.samples import Sample
from realtime.sfu.recording.track import AudioTrack, VideoTrack
from tests.realtime.sfu.films import pictures, seen, sounds

ROOM = 1_700_000_000.0


class Kept:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.cuts = 0

    def sample(self, sample: Sample) -> None:
        self.samples.append(sample)

    def extend(self, ticks: int) -> None:
        self.samples[-1].duration += ticks

    def cut(self) -> None:
        self.cuts += 1

    def tick(self, now: float) -> None:
        """Nothing."""


@pytest.mark.parametrize("drift", [300e-6, -300e-6, 0.0])
def test_sound_of_a_clock_that_drifts_stays_where_it_was_made(drift: float):
    """Twenty minutes of packets whose sampling clock is off, over a line with jitter."""
    track, kept, feed = AudioTrack(), Kept(), Feed(("r1", "camera"))
    feed.join("audio", track)
    track.sinks.append(kept)
    chance = random.Random(1)  # noqa: S311
    made: dict[int, float] = {}
    for number in range(20 * 60 * 50):
        at = number * 0.02 / (1 + drift)
        now = ROOM + at + 0.02 + chance.random() * 0.03
        stamp = 2**32 - 480_000 + number * 960 & 0xFFFFFFFF
        payload = b"\xfc" + number.to_bytes(4, "big")
        track.packet(rtp.build(False, number & 0xFFFF, stamp, 1, payload), now)
        made[number] = at
        if number % 250 == 3:
            ntp = int((2_208_988_800 + ROOM + at - 55.5) * (1 << 32))
            track.report(rtcp.SenderReport(1, ntp, stamp, 1, 1), now)
    off = [
        one.start / 48_000 - ROOM - made[int.from_bytes(one.data[1:], "big")]
        for one in kept.samples
        if one.data != opus.SILENCE
    ][500:]
    assert max(off) - min(off) < 0.045
    assert -0.02 < min(off) < max(off) < 0.07
    ends = [one.start + one.duration for one in kept.samples]
    assert ends[:-1] == [one.start for one in kept.samples[1:]]
    changed = len(kept.samples) - 60_000
    assert changed == pytest.approx(-1200 * drift / 0.02, abs=3)
    assert not kept.cuts


@pytest.mark.parametrize("field", ["stamp", "ntp"])
def test_clocks_that_make_no_sense_make_no_piece_in_another_year(field: str):
    track, kept, feed = VideoTrack("VP8", lambda: None), Kept(), Feed(("r1", "camera"))
    feed.join("video", track)
    track.sinks.append(kept)
    chance = random.Random(2)  # noqa: S311
    key = b"\x10\x10\x00\x00\x9d\x01\x2a\x40\x01\xb4\x00"
    for number in range(500):
        now = ROOM + number / 25
        stamp = chance.getrandbits(32) if field == "stamp" else number * 3600
        track.packet(rtp.build(True, number, stamp, 1, key), now)
        if number % 5 == 0:
            ntp = chance.getrandbits(64) if field == "ntp" else number << 40
            track.report(rtcp.SenderReport(1, ntp, stamp, 1, 1), now)
    assert kept.samples
    assert all(abs(one.start / 90_000 - ROOM) < 60 for one in kept.samples)
    assert all(0 < one.duration <= 8 * 90_000 for one in kept.samples)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=60), st.booleans(), st.integers(0, 3)), max_size=30))
def test_no_payload_upsets_the_one_who_puts_frames_together(parts: list[tuple[bytes, bool, int]]):
    for codec in ("H264", "VP8"):
        frames = Frames(codec)
        for number, (payload, marker, stamp) in enumerate(parts):
            for frame in frames.packet(rtp.build(marker, number, stamp, 1, payload)):
                assert frame.picture.data
            if stamp == 3:
                frames.lost()


def test_what_a_parameter_set_says_is_read_or_refused():
    assert sps.parse(bytes.fromhex("6742c01fda01e0089f97011000003e90000bb800f1832a")) == (
        1920,
        1080,
    )
    for broken in (b"", b"\x67", b"\x67" + b"\0" * 40):
        with pytest.raises(sps.BadSps):
            sps.parse(broken)
    large = units.H264()
    large.add(b"\x67" + b"\x42" * 2000)
    large.add(b"\x65\x88" + b"x" * 50)
    assert large.finish() is None


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize("cut", [1, 700, 5000])
def test_a_file_that_was_cut_off_is_made_whole(tmp_path: Path, codec: str, cut: int):
    """As if the process had been killed, or the machine had lost its last writes."""
    run = Run(tmp_path, "r1", int(ROOM * 1000), 0, ROOM)
    run.begin(ROOM)
    track, feed = VideoTrack(codec, lambda: None), Feed(("r1", "camera"))
    feed.join("video", track)
    track.sinks.append(FileSink(run, "camera", "video"))
    number = 0
    for frame, payloads in enumerate(pictures(codec, 4)):
        for at, payload in enumerate(payloads):
            marker = at == len(payloads) - 1
            packet = rtp.build(marker, number, frame * 3600, 1, payload)
            track.packet(packet, ROOM + frame / 25)
            number += 1
    run.save(ROOM)
    left = tmp_path / "r2" / run.folder.name
    shutil.copytree(run.folder, left)
    run.release()
    told = index.read(left)
    assert told is not None
    (entry,) = told.pieces
    file = left / entry.file
    whole = seen(file).numbers
    with file.open("r+b") as target:
        target.truncate(file.stat().st_size - cut)
    mend.mended(left, entry)
    numbers = seen(file).numbers
    assert numbers == whole[: len(numbers)]
    assert len(numbers) >= len(whole) - 15 or cut > 1000
    assert len(numbers) > 30
    assert entry.closed
    lines = (left / entry.playlist).read_text()
    assert lines.endswith("#EXT-X-ENDLIST\n")
    last = mend.RANGE.findall(lines)[-1]
    with av.open(str(file)) as source:
        assert source.duration == pytest.approx(entry.duration * 1e6, abs=1e4)
        source.seek(1_000_000)
        assert next(source.decode(video=0)).time == pytest.approx(1, abs=0.01)
    assert int(last[0]) + int(last[1]) <= file.stat().st_size


def test_the_length_of_a_packet_of_sound():
    assert {opus.ticks(packet) for packet in sounds(1)} == {960}
    assert opus.ticks(opus.SILENCE) == opus.SILENCE_TICKS
    assert [opus.ticks(packet) for packet in (b"", b"\x03", b"\xfb\x3f", b"\x1b\x03")] == [
        0,
        0,
        0,
        0,
    ]
