"""What stands in Redis: one numbered stream per room, written by one script.

A room has a hash (``e``: the epoch of its stream, ``n``: the newest number) and a stream whose
entry IDs are the numbers. The script numbers, stores and publishes in one step, so what subscribers
get is in the order of the numbers, and whoever misses one can fetch it. A new epoch says that Redis
has forgotten what was before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from realtime.bus import Parcel

KEPT = 2048
"""Parcels a stream keeps at least, for those who missed them."""
KEPT_SECONDS = 6 * 3600
"""A silent room is forgotten by Redis after this time."""

SCRIPT = """
local epoch = redis.call('HGET', KEYS[1], 'e')
if not epoch then
  epoch = ARGV[4]
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'e', epoch)
end
for i = 5, #ARGV do
  local number = redis.call('HINCRBY', KEYS[1], 'n', 1)
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], number .. '-1', 'p', ARGV[i])
  redis.call('PUBLISH', ARGV[1], epoch .. ' ' .. number .. ' ' .. ARGV[i])
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return #ARGV - 4
"""
"""KEYS: hash, stream. ARGV: channel, entries kept, seconds kept, epoch if none, parcels…"""
SCRIPT_SHA = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()


class Sent(msgspec.Struct, frozen=True, array_like=True):
    """A parcel with its sender. ``serial`` counts what ``origin`` has sent: what it had to send
    again comes twice and is taken once. Without a parcel (and serial): some were never sent."""

    origin: str
    serial: int
    room: str
    parcel: Parcel | None


Entry = tuple[int, bytes]
"""The number of a parcel in its room, and the encoded ``Sent``."""

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Sent).decode


def room_keys(prefix: str, room: str) -> tuple[str, str]:
    """The hash and the stream of ``room``."""
    return f"{prefix}:bus:{room}:at", f"{prefix}:bus:{room}:log"


def split(message: bytes) -> tuple[bytes, int, bytes]:
    """A published message as (epoch, number, encoded ``Sent``)."""
    epoch, number, body = message.split(b" ", 2)
    return epoch, int(number), body


def tail(found: Sequence[Any]) -> tuple[bytes, int]:
    """The answer to HMGET e n: the epoch and newest number, (b"", 0) when nothing is there."""
    epoch, number = found
    return epoch or b"", int(number or 0)


def entries(found: Sequence[Any]) -> list[Entry]:
    """The answer to XRANGE."""
    return [(int(name.split(b"-")[0]), fields[b"p"]) for name, fields in found]
