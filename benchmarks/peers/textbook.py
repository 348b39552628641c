"""The textbook: AsyncJsonWebsocketConsumer and group_send on daphne, nothing else.

    python -m benchmarks.peers.textbook PORT [REDIS_URL]

With a Redis the layer is channels_redis' RedisPubSubChannelLayer, without the in-memory one. No
database and no rights: it does less than ours.
"""

from __future__ import annotations

import sys
from typing import Any

from daphne.server import Server  # first: it installs the asyncio reactor


def layer(redis_url: str) -> dict[str, Any]:
    """The setting of the channel layer."""
    if redis_url:
        backend = "channels_redis.pubsub.RedisPubSubChannelLayer"
        return {"BACKEND": backend, "CONFIG": {"hosts": [redis_url]}}
    return {"BACKEND": "channels.layers.InMemoryChannelLayer"}


def main(port: int, redis_url: str = "") -> None:
    """Until SIGTERM."""
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="textbook",  # noqa: S106 - signs nothing
        DATABASES={},
        INSTALLED_APPS=[],
        CHANNEL_LAYERS={"default": layer(redis_url)},
    )
    django.setup()
    from channels.generic.websocket import AsyncJsonWebsocketConsumer
    from channels.routing import ProtocolTypeRouter

    class Chat(AsyncJsonWebsocketConsumer):
        async def connect(self) -> None:
            await self.channel_layer.group_add("room", self.channel_name)
            await self.accept()

        async def disconnect(self, code: int) -> None:
            await self.channel_layer.group_discard("room", self.channel_name)

        async def receive_json(self, content: Any, **kwargs: Any) -> None:
            await self.channel_layer.group_send("room", {"type": "chat.said", "event": content})

        async def chat_said(self, message: dict[str, Any]) -> None:
            await self.send_json(message["event"])

    application = ProtocolTypeRouter({"websocket": Chat.as_asgi()})
    Server(application, endpoints=[f"tcp:port={port}:interface=127.0.0.1"]).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
