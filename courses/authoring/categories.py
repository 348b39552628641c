"""The page on which platform admins keep the shelves of the catalogue."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courses.authoring.guards import key_of
from courses.catalog import shelves
from courses.catalog.models import Category
from courses.catalog.refusals import CourseRefused
from members.accounts.models import Member


class CategoryForm(forms.Form):
    """A category's names."""

    name_zh = forms.CharField(label=gettext_lazy("Name (Chinese)"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=60)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.label_suffix = ""


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """All categories; adds one, renames one, moves one up, takes an empty one away."""
    if not cast(Member, request.user).is_platform_admin:
        raise PermissionDenied
    form, refused = CategoryForm(), ""
    if request.method == "POST":
        form = CategoryForm(request.POST)
        try:
            if said := _act(request, form):
                messages.success(request, said)
                return redirect("authoring:categories")
        except CourseRefused as no:
            refused = no.sentence
    rows = Category.objects.annotate(number=Count("courses"))
    new = form if "add" in request.POST else CategoryForm()
    context = {"form": new, "refused": refused, "rows": rows}
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/authoring/categories.html", context, status=status)


def _act(request: HttpRequest, form: CategoryForm) -> str:
    """Do what was asked for and say so; nothing said: names are missing.

    Raises:
        CourseRefused: as the actions.
    """
    if key := request.POST.get("up", ""):
        shelves.raise_category(_one(key))
        return _("Moved up.")
    if key := request.POST.get("remove", ""):
        shelves.remove_category(_one(key))
        return _("Taken away.")
    if not form.is_valid():
        return ""
    names = form.cleaned_data["name_zh"], form.cleaned_data["name_en"]
    if key := request.POST.get("rename", ""):
        shelves.rename_category(_one(key), *names)
        return _("Saved")
    shelves.add_category(*names)
    return _("Saved")


def _one(key: str) -> Category:
    row = Category.objects.filter(pk=key_of(key)).first()
    if row is None:
        raise Http404(key)
    return row
