"""Many certificates: the list of those who look after people, and archives to take away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import NamedTuple, cast

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courses.credits import queries as ledger
from courses.credits.actions import log_views
from courses.credits.certificates import archive, queries
from courses.credits.certificates.models import Certificate
from members.accounts.models import Member
from members.units.models import Unit

PER_PAGE = 50


class Choice(NamedTuple):
    """What the list was asked for."""

    found: QuerySet[Certificate]
    units: list[Unit]
    unit: Unit | None
    text: str


def _choice(request: HttpRequest) -> Choice:
    """The certificates that were asked for; 403 for who looks after nobody, and for a unit that is
    not hers."""
    viewer = cast(Member, request.user)
    units = queries.steered_units(viewer)
    if not (units or viewer.is_platform_admin) or not viewer.is_active:
        raise PermissionDenied
    code, text = request.GET.get("unit", ""), request.GET.get("q", "").strip()[:60]
    unit = next((one for one in units if one.code == code), None)
    if code and unit is None:
        raise PermissionDenied
    return Choice(queries.certificates_over(viewer, unit, text), units, unit, text)


@require_GET
@login_required
def list_page(request: HttpRequest) -> HttpResponse:
    """The certificates of the people one looks after; each of them can see that one looked."""
    chosen = _choice(request)
    page = Paginator(chosen.found, PER_PAGE).get_page(request.GET.get("page"))
    log_views(cast(Member, request.user), [one.member_id for one in page], "certificates")
    today = ledger.today()
    rows = [(one, queries.state_of(one, today)) for one in page]
    context = {
        "page": page,
        "rows": rows,
        "chosen": chosen,
        "most": archive.MOST,
        "total": page.paginator.count,
    }
    return render(request, "courses/certificates/list.html", context)


@require_GET
@login_required
def own_archive(request: HttpRequest) -> StreamingHttpResponse | HttpResponseRedirect:
    """All certificates of oneself that still prove something, as one ZIP."""
    mine = Certificate.objects.filter(member=cast(Member, request.user))
    found = list(mine.filter(revoked_at__isnull=True).order_by("-issued_on", "-pk")[: archive.MOST])
    if not found:
        messages.info(request, _("There is no certificate yet."))
        return redirect("record:mine")
    return _sent(request, found)


@require_GET
@login_required
def unit_archive(request: HttpRequest) -> StreamingHttpResponse | HttpResponseRedirect:
    """What the list shows, as one ZIP: the newest of them; each person sees that it was taken."""
    chosen = _choice(request)
    found = list(chosen.found.filter(revoked_at__isnull=True)[: archive.MOST])
    if not found:
        messages.info(request, _("There is no certificate yet."))
        return redirect("certificates:list")
    log_views(cast(Member, request.user), [one.member_id for one in found], "certificates")
    return _sent(request, found)


def _sent(request: HttpRequest, found: Sequence[Certificate]) -> StreamingHttpResponse:
    def address(number: str) -> str:
        return request.build_absolute_uri(reverse("certificates:verify", args=[number]))

    made = archive.pieces(found, address, get_language() or "en")
    body = _later(made) if isinstance(request, ASGIRequest) else made
    answer = StreamingHttpResponse(body, content_type="application/zip")
    name = f"certificates-{ledger.today():%Y%m%d}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    add_never_cache_headers(answer)
    return answer


async def _later(made: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One piece after the other, each when the one before was taken; the loop never waits."""
    step = sync_to_async(lambda: next(made, b""))
    while piece := await step():
        yield piece
