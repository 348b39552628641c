"""The border of the class pages: who is signed in, which class is meant, how a page says no."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from courses.activities.models import Session
from liveclass.classes.names import name_of, unit_of
from members.accounts.models import Member

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)


def signed_in(
    view: Callable[Concatenate[HttpRequest, Member, P], Answer],
) -> Callable[Concatenate[HttpRequest, P], Answer]:
    """Send strangers to the sign-in page and give ``view`` the member who asks."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        return view(request, cast(Member, request.user), *args, **kwargs)

    return login_required(guarded)


def find_session(code: str) -> Session:
    """The online class behind ``code``, with room, activity and lecturer.

    Raises:
        Http404: there is none.
    """
    related = ("room", "activity__lecturer__department")
    found = Session.objects.select_related(*related).filter(code=code, room__isnull=False).first()
    if found is None:
        raise Http404(code)
    return found


def refused(request: HttpRequest, heading: str, reason: str, *, back: str = "") -> HttpResponse:
    """A page that says no, why, and where to go from here."""
    context = {"heading": heading, "reason": reason, "back": back}
    return render(request, "liveclass/classes/refused.html", context, status=403)


def contact(session: Session) -> str:
    """Whom to ask about a class: its first assistant, else its lecturer."""
    helper = session.activity.assistants.select_related("department").order_by("pk").first()
    person = helper or session.activity.lecturer
    unit = unit_of(person.department)
    return f"{name_of(person)} · {unit}" if unit else name_of(person)


def outside_audience(session: Session) -> str:
    """Why somebody outside the audience is not let in, and who can change that."""
    return _("You are not on the list for this session. Contact %(name)s.") % {
        "name": contact(session)
    }
