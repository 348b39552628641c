"""tus 1.0.0, the resumable upload protocol (https://tus.io/protocols/resumable-upload).

Core, Creation, Expiration, Checksum (sha256) and Termination. Only who may change the course sends
files to its lessons, and each sees her own uploads only. A part is at most ``PART`` bytes: what a
lost line costs is one part.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date

from courses.authoring.guards import course_or_404, lesson_or_404
from courses.catalog.models import MAX_FILE, Lesson
from courses.catalog.queries import may_edit
from courses.uploads import actions
from courses.uploads.actions import KEPT, STEP, UploadRefused
from courses.uploads.models import Upload
from courses.uploads.sentences import sentence
from members.accounts.models import Member

VERSION = "1.0.0"
PART = 1_000_000
"""Bytes of one PATCH; the server takes no larger body (``realtime.http_limits``)."""
HEADERS = {
    "Tus-Resumable": VERSION,
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,checksum,termination",
    "Tus-Checksum-Algorithm": "sha256",
    "Tus-Max-Size": str(MAX_FILE),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
STATUS = {
    "wrong_kind": 415, "empty": 400, "too_large": 413, "too_many": 429, "disk_full": 507,
    "offset": 409, "busy": 423, "checksum": 460, "too_much": 413, "malformed": 400,
    "wrong_version": 412, "wrong_type": 415, "unknown": 404, "locked": 409,
}  # fmt: skip
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)

P = ParamSpec("P")


def _refused(code: str) -> HttpResponse:
    body = {"code": code, "message": sentence(code)}
    return JsonResponse(body, status=STATUS[code], headers=HEADERS)


def _speaks_tus(
    view: Callable[Concatenate[HttpRequest, Lesson, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Only for who may change the course, and in our version of the protocol."""

    @wraps(view)
    def guarded(
        request: HttpRequest, code: str, lesson: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"code": "signed_out", "message": ""}, status=401, headers=HEADERS)
        course = course_or_404(code)
        if not may_edit(request.user, course):
            raise PermissionDenied
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=HEADERS)
        if request.headers.get("Tus-Resumable") != VERSION:
            return _refused("wrong_version")
        try:
            return view(request, lesson_or_404(course, lesson), *args, **kwargs)
        except UploadRefused as no:
            return _refused(no.code)

    return guarded


@_speaks_tus
def collection(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """POST: a new upload (Creation)."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={**HEADERS, "Allow": "POST, OPTIONS"})
    size = request.headers.get("Upload-Length", "")
    try:
        said = _metadata(request.headers.get("Upload-Metadata", ""))
    except ValueError:
        return _refused("malformed")
    digest = said.get("sha256", "")
    if not _DIGITS.fullmatch(size) or not re.fullmatch(r"(?:[0-9a-f]{64})?", digest):
        return _refused("malformed")
    name = said.get("filename", "")
    upload = actions.begin(cast(Member, request.user), lesson, name, int(size), digest)
    code = lesson.section.course.code
    address = reverse("uploads:upload", args=[code, lesson.pk, upload.pk])
    return HttpResponse(status=201, headers={**HEADERS, "Location": address, **_expires(upload)})


@_speaks_tus
def resource(request: HttpRequest, lesson: Lesson, upload: UUID) -> HttpResponse:
    """HEAD: how much is here. PATCH: more. DELETE: it will not come."""
    found = Upload.objects.filter(pk=upload, lesson=lesson, owner=request.user.pk).first()
    if found is None:
        return _refused("unknown")
    match request.method:
        case "HEAD":
            told = {"Upload-Offset": str(found.offset), "Upload-Length": str(found.size)}
            return HttpResponse(status=200, headers={**HEADERS, **told, **_expires(found)})
        case "PATCH":
            return _patch(request, found)
        case "DELETE":
            actions.give_up(found)
            return HttpResponse(status=204, headers=HEADERS)
    allow = {"Allow": "HEAD, PATCH, DELETE, OPTIONS"}
    return HttpResponse(status=405, headers={**HEADERS, **allow})


def _patch(request: HttpRequest, upload: Upload) -> HttpResponse:
    if request.content_type != "application/offset+octet-stream":
        return _refused("wrong_type")
    offset = request.headers.get("Upload-Offset", "")
    if not _DIGITS.fullmatch(offset):
        return _refused("malformed")
    try:
        digest = _checksum(request.headers.get("Upload-Checksum", ""))
    except ValueError:
        return _refused("malformed")
    after = actions.add(upload, int(offset), _parts(request), digest)
    told = {"Upload-Offset": str(after.offset)}
    return HttpResponse(status=204, headers={**HEADERS, **told, **_expires(after)})


def _parts(request: HttpRequest) -> Iterator[bytes]:
    """The body, a step at a time."""
    while part := request.read(STEP):
        yield part


def _expires(upload: Upload) -> dict[str, str]:
    """RFC 9110 date after which an unfinished upload is gone (Expiration)."""
    return {"Upload-Expires": http_date((upload.changed_at + KEPT).timestamp())}


def _metadata(header: str) -> dict[str, str]:
    """``key base64,key base64`` (Creation).

    Raises:
        ValueError: it is something else.
    """
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(",")[:20])):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as wrong:
            raise ValueError(key) from wrong
    return found


def _checksum(header: str) -> str:
    """``sha256 base64`` as hexadecimal digits; empty for none.

    Raises:
        ValueError: another algorithm, or no digest.
    """
    if not header:
        return ""
    algorithm, _, value = header.partition(" ")
    digest = base64.b64decode(value, validate=True)
    if algorithm != "sha256" or len(digest) != 32:
        raise ValueError(header)
    return digest.hex()
