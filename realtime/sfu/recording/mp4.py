"""Fragmented MP4 (ISO/IEC 14496-12 §8.8): one track, one file that only grows.

Written by hand because every number in it is known here: a muxer would have to be told them in its
own words, would choose where fragments end, and would keep them until it thinks fit. Each fragment
is complete in itself, so a process that is killed loses what it had not yet written and no more.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from realtime.sfu.recording.samples import Config, Sample

UNITY = struct.pack("!9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
SYNC, NO_SYNC = 0x02000000, 0x01010000
"""Sample flags (§8.8.3.1): depends on nothing; depends on others and is no sync sample."""
DURATION_FROM_END = 12
"""Bytes from the last sample's duration to the end of its ``trun``."""


def box(kind: str, *parts: bytes) -> bytes:
    """Size, type and content (§4.2)."""
    body = b"".join(parts)
    return struct.pack("!I4s", 8 + len(body), kind.encode()) + body


def full(kind: str, version: int, flags: int, *parts: bytes) -> bytes:
    """A box with version and flags."""
    return box(kind, struct.pack("!I", version << 24 | flags), *parts)


def head(config: Config) -> bytes:
    """What comes before the first fragment: brands, and a track without samples."""
    brands = b"isom" + struct.pack("!I", 0x200) + b"isomiso6mp41"
    movie = full("mvhd", 0, 0, struct.pack("!4I", 0, 0, config.rate, 0), _movie_rest())
    extends = full("trex", 0, 0, struct.pack("!5I", 1, 1, 0, 0, 0))
    length = full("mehd", 1, 0, struct.pack("!Q", 0))
    return box("ftyp", brands) + box("moov", movie, _track(config), box("mvex", length, extends))


def duration_at(header: bytes) -> int:
    """Where in ``head``'s bytes the whole length stands (mehd, 8 bytes): known only at the end."""
    return header.index(b"mehd") + 8


def _movie_rest() -> bytes:
    return struct.pack("!IHH2I", 0x10000, 0x100, 0, 0, 0) + UNITY + bytes(24) + struct.pack("!I", 2)


def _track(config: Config) -> bytes:
    volume = 0 if config.is_video else 0x100
    size = struct.pack("!2I", config.width << 16, config.height << 16)
    place = struct.pack("!5I", 0, 0, 1, 0, 0) + bytes(8) + struct.pack("!4H", 0, 0, volume, 0)
    handler = b"vide" if config.is_video else b"soun"
    media = box(
        "mdia",
        full("mdhd", 0, 0, struct.pack("!4I2H", 0, 0, config.rate, 0, 0x55C4, 0)),
        full("hdlr", 0, 0, bytes(4), handler, bytes(12), b"LiveClass\0"),
        _information(config),
    )
    return box("trak", full("tkhd", 0, 3, place, UNITY, size), media)


def _information(config: Config) -> bytes:
    kind = full("vmhd", 0, 1, bytes(8)) if config.is_video else full("smhd", 0, 0, bytes(4))
    here = full("dref", 0, 0, struct.pack("!I", 1), full("url ", 0, 1))
    entry = _picture(config) if config.is_video else _sound(config)
    empty = struct.pack("!I", 0)
    table = box(
        "stbl",
        full("stsd", 0, 0, struct.pack("!I", 1), entry),
        full("stts", 0, 0, empty),
        full("stsc", 0, 0, empty),
        full("stsz", 0, 0, empty, empty),
        full("stco", 0, 0, empty),
    )
    return box("minf", kind, box("dinf", here), table)


def _picture(config: Config) -> bytes:
    """AVCSampleEntry (ISO/IEC 14496-15 §5.4.2.1)."""
    lead = bytes(6) + struct.pack("!H", 1) + bytes(16)
    size = struct.pack("!2H2IIH", config.width, config.height, 0x480000, 0x480000, 0, 1)
    return box(
        "avc1", lead, size, bytes(32), struct.pack("!Hh", 24, -1), box("avcC", config.private)
    )


def _sound(config: Config) -> bytes:
    """OpusSampleEntry (Encapsulation of Opus in ISO Base Media File Format §4.3)."""
    lead = bytes(6) + struct.pack("!H", 1) + bytes(8)
    form = struct.pack("!4HI", 2, 16, 0, 0, config.rate << 16)
    return box("Opus", lead, form, box("dOps", struct.pack("!BBHIhB", 0, 2, 0, config.rate, 0, 0)))


def fragment(number: int, begin: int, samples: Sequence[Sample]) -> bytes:
    """One ``moof`` and its ``mdat``.

    Args:
        number: counts from 1; begin: decode time of the first sample, in ticks.
    """
    rows = [
        struct.pack("!3I", one.duration, len(one.data), SYNC if one.key else NO_SYNC)
        for one in samples
    ]
    size = 8 + 16 + 8 + 16 + 20 + 20 + sum(map(len, rows))  # moof, mfhd, traf, tfhd, tfdt, trun
    run = struct.pack("!Ii", len(rows), size + 8)
    tracks = box(
        "traf",
        full("tfhd", 0, 0x020000, struct.pack("!I", 1)),
        full("tfdt", 1, 0, struct.pack("!Q", begin)),
        full("trun", 0, 0x000701, run, *rows),
    )
    moof = box("moof", full("mfhd", 0, 0, struct.pack("!I", number)), tracks)
    return moof + box("mdat", *(one.data for one in samples))


def last_duration_at(samples: Sequence[Sample]) -> int:
    """Where in the fragment of ``samples`` the last one's duration stands (4 bytes)."""
    return 8 + 16 + 8 + 16 + 20 + 20 + 12 * (len(samples) - 1)
