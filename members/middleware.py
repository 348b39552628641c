"""Headers of every answer, and the language and clock every page is written in."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from members.accounts.models import Language
from members.units.queries import organisation

Answer = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self' ws: wss:",  # older Safari does not count wss: as 'self'
        "media-src 'self' blob: mediastream:",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), usb=()"


class ContentSecurityPolicy:
    """No inline code, nothing from elsewhere, no frame around us; camera for ourselves only."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class RememberedPreferences:
    """Writes pages in the member's language and on the organisation's clock.

    Somebody who never chose gets what LocaleMiddleware found: the cookie or the browser's wish.
    What only machines read needs neither, and answers also while the database is away.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in settings.MACHINE_PATHS:
            return self.get_response(request)
        language = getattr(request.user, "language", "")
        if language in Language.values:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(ZoneInfo(organisation().zone)):
            return self.get_response(request)


class PrivateAnswers:
    """Whatever a view says to a person stays with her: no cache keeps it, and no disk.

    Views that answer everybody alike say ``public`` themselves (logo, theme). Static files are
    answered before this and may be kept for ever.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        said = response.headers.get("Cache-Control", "")
        if "public" not in said and "no-store" not in said:
            response.headers["Cache-Control"] = "private, no-store"
        return response
