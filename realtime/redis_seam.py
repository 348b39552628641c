"""Where we lean on names that channels_redis does not publish. Nowhere else.

``tests/architecture/test_redis_seam.py`` pins them. The script publishes by itself, without the
layer, so it must know on which server and under which name the layer listens for a group. All else
(``group_add``, ``group_discard``, ``receive``, ``flush``, ``register_serializer``) is public.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer
from channels_redis.serializers import registry
from redis.exceptions import RedisError

LOGGER = "channels_redis.pubsub"
_FORMAT = "liveclass-bus"


class Unchanged:
    """A serializer of the layer that hands on what the script has published, as it is."""

    def __init__(self, **options: object) -> None:
        """Options are for encryption, which the layer asks for by a setting of its own."""

    def serialize(self, message: bytes) -> bytes:
        """As it is."""
        return message

    def deserialize(self, message: bytes) -> bytes:
        """As it is."""
        return message


class Names:
    """On which server (counted from 0) and on which channel the layer listens for a room."""

    def __init__(self, urls: Sequence[str], prefix: str) -> None:
        self._layer: Any = RedisPubSubLoopLayer(hosts=list(urls), prefix=prefix)

    def channel(self, room: str) -> str:
        """The pub/sub channel of the group ``room``."""
        return str(self._layer._get_group_channel_name(room))

    def shard(self, room: str) -> int:
        """The server that has everything of ``room``: the layer's consistent hash."""
        shard = self._layer._get_shard(self.channel(room))
        return int(self._layer._shards.index(shard))


class _ConnectionsQuiet(logging.Filter):
    """The layer logs a traceback per second while a server is away; we say it once (``Link``)."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, RedisError | OSError)


_quiet = _ConnectionsQuiet()


def make_layer(urls: Sequence[str], prefix: str, options: dict[str, Any]) -> Any:
    """A layer whose connections are made with ``options`` and whose messages are bytes."""
    registry.register_serializer(_FORMAT, Unchanged)
    logging.getLogger(LOGGER).addFilter(_quiet)
    hosts = [{"address": url, **options} for url in urls]
    return RedisPubSubChannelLayer(hosts=hosts, prefix=prefix, serializer_format=_FORMAT)
