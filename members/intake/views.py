"""Handing a spreadsheet of people in, looking at what it would do, and having it done."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.accounts.models import Member
from members.intake import actions
from members.intake.forms import IntakeForm
from members.intake.models import AT_WORK, Intake
from members.units.sheets import MOST_BYTES

P = ParamSpec("P")
FAULTS_SHOWN = 100
AGAIN_S = "2"
ROWS = {
    "zh": (
        ["工号", "姓名", "拼音", "邮箱", "部门代码", "岗位"],
        ["2001", "张三", "Zhang San", "", "", "值班员"],
    ),
    "en": (
        ["staff_no", "name", "name_latin", "email", "department", "post"],
        ["2001", "张三", "Zhang San", "", "", "Operator"],
    ),
}


def for_admins(
    view: Callable[Concatenate[HttpRequest, Member, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Platform admins only; 403 for others who are signed in."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        member = cast(Member, request.user)
        if not member.is_platform_admin:
            raise PermissionDenied
        return view(request, member, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "POST"])
@for_admins
def start(request: HttpRequest, member: Member) -> HttpResponse:
    """Choose a file; below it those of the last day."""
    form = IntakeForm(request.POST, request.FILES) if request.method == "POST" else IntakeForm()
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            one = actions.take_in(
                member, sent.name, sent.read(MOST_BYTES + 1), get_language() or "en",
                passwords=form.cleaned_data["passwords"],
            )  # fmt: skip
        except actions.IntakeRefused as refused:
            form.add_error("file", refused.sentence)
        else:
            return redirect("people:file", one.pk)
    context = {"form": form, "files": Intake.objects.filter(by=member)[:20]}
    status = 422 if form.is_bound else 200
    return render(request, "members/intake/start.html", context, status=status)


def _own(member: Member, key: int) -> Intake:
    found = Intake.objects.filter(pk=key, by=member).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@for_admins
def file(request: HttpRequest, member: Member, key: int) -> HttpResponse:
    """How far a file is and what it would do; POST ``write`` or ``drop``."""
    one = _own(member, key)
    if request.method == "POST":
        return _do(request, one)
    context = {
        "one": one,
        "works": one.state in AT_WORK,
        "faults": one.faults[:FAULTS_SHOWN],
        "passwords": actions.passwords_of(one).exists(),
    }
    answer = render(request, "members/intake/file.html", context)
    if one.state in AT_WORK:
        answer["Refresh"] = AGAIN_S
    return answer


def _do(request: HttpRequest, one: Intake) -> HttpResponse:
    if "drop" in request.POST:
        actions.drop(one)
        return redirect("people:start")
    try:
        actions.confirm(one, request.POST.get("write", ""))
    except actions.IntakeRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("people:file", one.pk)


@require_GET
@for_admins
def refused(request: HttpRequest, member: Member, key: int) -> HttpResponse:
    """The lines that cannot be used, as a table."""
    one = _own(member, key)
    return _table(f"refused-{key}.csv", [[_("Line"), _("Reason")], *one.faults])


@require_POST
@for_admins
def passwords(request: HttpRequest, member: Member, key: int) -> HttpResponse:
    """The first passwords, once."""
    data = actions.fetch_passwords(_own(member, key))
    if data is None:
        raise Http404
    return _attached(f"passwords-{key}.csv", data)


@require_GET
@for_admins
def template(request: HttpRequest, member: Member) -> HttpResponse:
    """A table to begin with, in the reader's language."""
    return _table("people.csv", ROWS["zh" if (get_language() or "").startswith("zh") else "en"])


def _table(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return _attached(name, ("\ufeff" + text.getvalue()).encode())


def _attached(name: str, data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
