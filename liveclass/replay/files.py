"""Sends files of recordings and lessons: whole, in part, and while they still grow.

A file is read in chunks, each in a worker thread, so that a long one holds nobody else up, and each
when the reader has taken the one before (``realtime.pace``): a download of gigabytes costs no more
memory than a page.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe

from liveclass.replay.ranges import Span, Unsatisfiable, wanted

CHUNK = 256 * 1024
TYPES = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}


def send_file(request: HttpRequest, path: Path, most: int | None = None) -> HttpResponseBase:
    """``path`` as ``request`` asks for it: 200, 206, 304 or 416.

    The bytes that are there already never change, the file only grows. So its validator is weak
    only in appearance: it names the file and its size, and ``If-Range`` with an old one gets the
    whole file. ``most``: it is served as if it ended with this byte.

    Raises:
        OSError: it cannot be opened.
    """
    source = path.open("rb")
    try:
        return _answer(request, path, source, most)
    except BaseException:
        source.close()
        raise


def _answer(
    request: HttpRequest, path: Path, source: BinaryIO, most: int | None
) -> HttpResponseBase:
    about = os.fstat(source.fileno())
    size = about.st_size if most is None else min(about.st_size, most)
    etag = f'"{about.st_ino:x}-{size:x}-{about.st_mtime_ns:x}"'
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(about.st_mtime),
        "Accept-Ranges": "bytes",
        # asked for again each time, so that nobody watches after her right to it has ended
        "Cache-Control": "private, no-cache",
    }
    if _is_known(request, etag, about.st_mtime):
        source.close()
        return HttpResponse(status=304, headers=headers)
    try:
        span = wanted(_range_of(request, etag, headers["Last-Modified"]), size)
    except Unsatisfiable:
        source.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    status = 200 if span is None else 206
    if span is not None:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    part = span or Span(0, size - 1)
    headers["Content-Length"] = str(part.length)
    if request.method == "HEAD":
        source.close()
        return HttpResponse(status=status, headers=headers, content_type=_type_of(path))
    body = _Later(source, part) if isinstance(request, ASGIRequest) else _Now(source, part)
    return StreamingHttpResponse(body, status=status, headers=headers, content_type=_type_of(path))


def _type_of(path: Path) -> str:
    if path.suffix == ".mp4" and path.stem.endswith("-audio"):
        return "audio/mp4"
    return TYPES[path.suffix]


def _is_known(request: HttpRequest, etag: str, changed: float) -> bool:
    """Whether the reader has this very version (RFC 9110 section 13.2.2); not for parts of it."""
    if request.headers.get("Range"):
        return False
    if tags := request.headers.get("If-None-Match"):
        return etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")} or tags == "*"
    since = parse_http_date_safe(request.headers.get("If-Modified-Since") or "")
    return since is not None and int(changed) <= since


def _range_of(request: HttpRequest, etag: str, changed: str) -> str:
    """The range that counts: ``If-Range`` with another version asks for all of it (13.1.5)."""
    known = request.headers.get("If-Range")
    if known is not None and known not in {etag, changed}:
        return ""
    return request.headers.get("Range", "")


class _Part:
    """A part of an open file; Django closes it with the answer, also when nobody took it."""

    def __init__(self, source: BinaryIO, span: Span) -> None:
        self._source = source
        self._span = span

    def close(self) -> None:
        """Nothing more is read."""
        self._source.close()


class _Now(_Part):
    def __iter__(self) -> Iterator[bytes]:
        self._source.seek(self._span.first)
        left = self._span.length
        while left > 0 and (chunk := self._source.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


class _Later(_Part):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = sync_to_async(self._source.read, thread_sensitive=False)
        self._source.seek(self._span.first)
        left = self._span.length
        while left > 0 and (chunk := await read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
