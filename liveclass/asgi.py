"""The way in: media signalling to the media process, other HTTP to Django, WebSockets to rooms."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liveclass.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

# Only now: these modules import models, which need the applications to be loaded.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from courses.completion.door import PATH as WATCHED  # noqa: E402
from courses.completion.door import WatchedDoor  # noqa: E402
from liveclass.consumers import room_socket  # noqa: E402
from liveclass.hosts import KnownHosts  # noqa: E402
from liveclass.interop.streaming import StreamingDoor  # noqa: E402
from realtime.media import MediaProxy, leads_to_media  # noqa: E402
from realtime.media_control import media_control  # noqa: E402
from realtime.writer import writer  # noqa: E402

media_proxy = MediaProxy(settings.MEDIA_URL_INTERNAL)
streaming_door = StreamingDoor(media_proxy)
watched_door = WatchedDoor(writer, settings.SECRET_KEY.encode())
media_control.start(settings.MEDIA_URL_INTERNAL, settings.MEDIA_SECRET)


async def http(scope: Any, receive: Any, send: Any) -> None:
    """``/media/*`` goes to the media process, what was watched to its door, the rest to Django."""
    if scope["path"] == WATCHED:
        await watched_door(scope, receive, send)
    elif leads_to_media(scope):
        await streaming_door(scope, receive, send)
    else:
        await django_application(scope, receive, send)


async def no_socket(scope: Any, receive: Any, send: Any) -> None:
    """Refuse a WebSocket that leads nowhere."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


routes: list[tuple[str, Any]] = [
    (r"^ws/room/(?P<code>[A-Za-z0-9-]{1,32})/$", room_socket),
    (r"", no_socket),
]
websocket = URLRouter([re_path(pattern, end) for pattern, end in routes])

application = ProtocolTypeRouter(
    {"http": KnownHosts(http), "websocket": AllowedHostsOriginValidator(websocket)}
)
