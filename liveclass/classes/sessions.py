"""The page on which a class is given another session."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courses.activities.actions import TooMany
from courses.activities.models import Session
from courses.activities.queries import may_manage
from liveclass.classes.forms import FAR, GRACE
from liveclass.classes.names import zone, zone_name
from liveclass.classes.queries import card, overlapping
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.rooms.actions import add_session
from members.accounts.models import Member
from members.units.fields import OrganisationTimeField


class SessionForm(forms.Form):
    """When the class is held once more; everything else is as it is."""

    starts_at = OrganisationTimeField(label=gettext_lazy("Start"))
    overlap = forms.BooleanField(label=gettext_lazy("Schedule it all the same"), required=False)

    def __init__(self, *args: Any, session: Session, zone: ZoneInfo, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.session = session
        self.clashes = False
        cast(OrganisationTimeField, self.fields["starts_at"]).zone = zone
        self.fields["starts_at"].widget.attrs["class"] = "input"

    def clean_starts_at(self) -> datetime:
        """Neither past nor years ahead, and not what there is already."""
        starts_at: datetime = self.cleaned_data["starts_at"]
        now = timezone.now()
        if starts_at < now - GRACE:
            raise ValidationError(_("This time is in the past."))
        if starts_at > now + FAR:
            raise ValidationError(_("This is more than two years ahead. Please check the year."))
        if Session.objects.filter(activity=self.session.activity, starts_at=starts_at).exists():
            raise ValidationError(_("There is a session of this class at this time."))
        return starts_at

    def clean(self) -> dict[str, Any]:
        """The lecturer is free, unless it is confirmed."""
        data = super().clean() or self.cleaned_data
        if "starts_at" not in data:
            return data
        lecturer, minutes = self.session.activity.lecturer, self.session.minutes
        self.clashes = bool(overlapping(lecturer, data["starts_at"], minutes))
        if self.clashes and not data.get("overlap"):
            self.add_error(
                None, _("Choose another time, or confirm that both classes are to be held.")
            )
        return data


@signed_in
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """One more session, for those who may change the class; then its own page."""
    session = find_session(code)
    detail = reverse("classes:detail", args=[code])
    heading = _("You cannot change this class")
    if not may_manage(session.activity, member) or session.rehearses_id is not None:
        reason = _("The lecturer, the assistants and whoever scheduled the class may change it.")
        return refused(request, heading, reason, back=detail)
    form = SessionForm(request.POST or None, session=session, zone=zone())
    if form.is_valid():
        try:
            made = add_session(session, form.cleaned_data["starts_at"])
        except TooMany:
            reason = _("A class has at most 50 sessions. Please schedule another class.")
            return refused(request, heading, reason, back=detail)
        messages.success(request, _("The session is scheduled, with the settings of the class."))
        return redirect("classes:detail", made.code)
    context = {
        "card": card(session, member, timezone.now(), zone()), "form": form, "zone": zone_name(),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "liveclass/classes/session.html", context, status=status)
