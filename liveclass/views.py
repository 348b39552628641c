"""Pages of the house itself: is everything up, and what to say when something goes wrong."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from liveclass.health import health, report

logger = logging.getLogger(__name__)

REFERENCE_BYTES = 4


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """JSON: is every part well? 200 when all are, 503 while one is not."""
    found = health()
    report(found)
    status = HTTPStatus.OK if found["ok"] else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(found, status=status)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old: nothing was stored, send it again."""
    logger.warning("form refused", extra={"path": request.path, "why": reason})
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours. The page asks nothing of the database, which may be what is broken.

    Its reference is in the log beside the traceback that Django writes for the same request.
    """
    reference = secrets.token_hex(REFERENCE_BYTES).upper()
    logger.error("server error shown", extra={"reference": reference, "path": request.path})
    page = render_to_string("500.html", {"reference": reference})  # no context processors
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
