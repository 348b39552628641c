"""Who asks at a door of a class: somebody signed in, or a guest of exactly this class."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from liveclass.classes.refusals import signed_in
from liveclass.rooms.models import Guest
from members.accounts.models import Member

P = ParamSpec("P")
KEY = "guest:{}"
"""Where the session of a browser keeps whom it is as a guest of the class with this code."""


def visitor(request: HttpRequest, code: str) -> Member | None:
    """The member who is signed in, else the guest this browser is in the class ``code``."""
    if isinstance(request.user, Member):
        return request.user
    known = request.session.get(KEY.format(code))
    if known is None:
        return None
    guests = Guest.objects.select_related("member")
    found = guests.filter(member=known, room__session__code=code).first()
    return None if found is None else found.member


def visiting(
    view: Callable[Concatenate[HttpRequest, Member, str, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Like ``signed_in``, and guests of the class pass too."""
    for_members = signed_in(view)

    @wraps(view)
    def guarded(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        guest = None if isinstance(request.user, Member) else visitor(request, code)
        if guest is None:
            return for_members(request, code, *args, **kwargs)
        return view(request, guest, code, *args, **kwargs)

    return guarded
