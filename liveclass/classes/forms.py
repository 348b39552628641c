"""The form of a class."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.activities.models import Session
from courses.credits.models import Kind
from liveclass.classes.fields import PeopleField, label
from liveclass.classes.names import name_of
from liveclass.classes.permissions import lecturers, may_appoint
from liveclass.classes.queries import overlapping
from liveclass.classes.tree import Branch, trees
from liveclass.recordings.queries import available
from liveclass.rooms.models import Lobby, Phase, Room
from liveclass.sentences import SENTENCES
from members.accounts.models import Member
from members.units.fields import OrganisationTimeField
from members.units.models import Unit

SHORTEST, LONGEST = 5, 8 * 60
"""Minutes a class may last."""

GRACE = timedelta(minutes=30)
"""How far in the past a new class may begin: somebody schedules what is about to start."""

FAR = timedelta(days=730)
"""How far ahead one may schedule: a wrong year is noticed."""


if TYPE_CHECKING:
    MemberChoice = forms.ModelChoiceField[Member]
else:
    MemberChoice = forms.ModelChoiceField


class LecturerChoice(MemberChoice):
    """Who may teach, by staff number and name."""

    def label_from_instance(self, obj: Member) -> str:
        return f"{obj.staff_no} {name_of(obj)}"


class ClassForm(forms.Form):
    """A class: what, when, who teaches, for whom, recorded or not. Times are the organisation's."""

    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("Description"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What members read before they join."),
    )
    starts_at = OrganisationTimeField(label=_("Start"))
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=SHORTEST, max_value=LONGEST
    )
    lecturer = LecturerChoice(label=_("Lecturer"), queryset=Member.objects.none())
    assistants = PeopleField(
        label=_("Teaching assistants"),
        required=False,
        max_length=1000,
        help_text=_("Staff numbers or names, with commas between them."),
    )
    audience = forms.ChoiceField(
        label=_("Audience"),
        choices=[
            ("everyone", _("Anyone with an account")),
            ("units", _("Only these units and groups")),
        ],
        widget=forms.RadioSelect,
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Units and groups"), queryset=Unit.objects.all(), required=False
    )
    lobby = forms.ChoiceField(
        label=_("Lobby"),
        choices=Lobby.choices,
        required=False,
        widget=forms.RadioSelect,
        initial=Lobby.OFF,
    )
    credit_kind = forms.ChoiceField(
        label=_("Credit hours"),
        choices=[("", _("This class earns none")), *Kind.choices],
        required=False,
        initial=Kind.THEORY,
        help_text=_("Who attends at least 80% of it, live and in the replay together, gets them."),
    )
    recording = forms.BooleanField(
        label=_("Record this class"),
        required=False,
        help_text=_(
            "Sound, picture and screen are kept from the first moment to the last, for the same "
            "people as the class. Everybody in the room is told; the lecturer can pause at any "
            "time. Without this, nothing is stored."
        ),
    )
    overlap = forms.BooleanField(label=_("Schedule it all the same"), required=False)

    def __init__(
        self, *args: Any, author: Member, zone: ZoneInfo, session: Session | None = None, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.session = session
        self.zone = zone
        self.conflicts: list[str] = []
        held_by = session.activity.lecturer_id if session else None
        cast(OrganisationTimeField, self.fields["starts_at"]).zone = zone
        cast(LecturerChoice, self.fields["lecturer"]).queryset = lecturers(author, held_by)
        for name in ("title", "description", "starts_at", "minutes", "lecturer", "assistants"):
            self.fields[name].widget.attrs["class"] = "input"
        self.fields["credit_kind"].widget.attrs["class"] = "input"
        self.fields["assistants"].widget.attrs["list"] = "people"
        self.fields["recording"].widget.attrs["role"] = "switch"
        if not available():
            self.fields["recording"].disabled = True
            self.fields["recording"].help_text = str(SENTENCES["recording_unavailable"])
        if session is not None and not may_appoint(session.activity, author):
            self._keep_people(session)

    def _keep_people(self, session: Session) -> None:
        """Show who teaches and assists; what is sent for these fields is not even looked at."""
        held = Member.objects.filter(pk=session.activity.lecturer_id)  # even if she has left
        cast(LecturerChoice, self.fields["lecturer"]).queryset = held
        for name in ("lecturer", "assistants"):
            self.fields[name].disabled = True
            self.fields[name].help_text = _(
                "Only the lecturer, whoever scheduled the class and platform admins change this."
            )

    @property
    def trees(self) -> list[Branch]:
        """The two trees with the boxes ticked as they were sent, or as the class has them."""
        value = self["units"].value() or []
        return trees({int(one) for one in map(_pk, value) if one.isdecimal()})

    def clean_title(self) -> str:
        """A title on one line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_starts_at(self) -> datetime:
        """Neither past nor years ahead; the start of an existing class may stay what it was."""
        starts_at: datetime = self.cleaned_data["starts_at"]
        if self.session is not None and starts_at == _minute(self.session.starts_at):
            return self.session.starts_at
        self._refuse_after_start()
        now = timezone.now()
        if starts_at < now - GRACE:
            raise ValidationError(_("This time is in the past."))
        if starts_at > now + FAR:
            raise ValidationError(_("This is more than two years ahead. Please check the year."))
        return starts_at

    def _refuse_after_start(self) -> None:
        if self.session is not None and self.session.room.state != Phase.SCHEDULED:
            raise ValidationError(_("The class has begun: its start cannot be changed any more."))

    def clean(self) -> dict[str, Any]:
        """Somebody must be meant, and the lecturer free, unless the author confirmed it."""
        data = super().clean() or self.cleaned_data
        chosen = "units" in self.errors or data.get("units")
        if data.get("audience") == "units" and not chosen:
            self.add_error("units", _("Choose at least one unit or group."))
        self._look_for_conflicts(data)
        return data

    def _look_for_conflicts(self, data: dict[str, Any]) -> None:
        if not {"lecturer", "starts_at", "minutes"} <= data.keys():
            return
        clashing = overlapping(data["lecturer"], data["starts_at"], data["minutes"], self.session)
        self.conflicts = [self._when(other) for other in clashing]
        if self.conflicts and not data.get("overlap"):
            self.add_error(
                None, _("Choose another time, or confirm that both classes are to be held.")
            )

    def _when(self, other: Session) -> str:
        start = timezone.localtime(other.starts_at, self.zone)
        end = start + timedelta(minutes=other.minutes)
        return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M} {other.activity.title}"

    @property
    def chosen_lobby(self) -> str:
        """Who waits to be let in; a form without the field leaves the door as it was."""
        before = lobby_of(self.session) if self.session else Lobby.OFF
        return self.cleaned_data["lobby"] or before

    def fields_of_class(self) -> dict[str, Any]:
        """What ``schedule_class`` and ``change_class`` take."""
        data = self.cleaned_data
        everyone = data["audience"] == "everyone"
        names = ("title", "description", "starts_at", "minutes", "lecturer", "assistants")
        return {
            **{name: data[name] for name in names},
            "audience_everyone": everyone,
            "audience_units": [] if everyone else list(data["units"]),
            "recording": data["recording"],
            "credit_kind": data["credit_kind"],
        }


def lobby_of(session: Session) -> str:
    """Who waits to be let in; what is held in a place has no door of ours."""
    room = Room.objects.filter(session=session).first()
    return room.lobby if room is not None else Lobby.OFF


def initial_of(session: Session) -> dict[str, Any]:
    """The class as the form shows it."""
    activity = session.activity
    return {
        "title": activity.title,
        "description": activity.description,
        "starts_at": session.starts_at,
        "minutes": session.minutes,
        "lecturer": activity.lecturer_id,
        "assistants": list(activity.assistants.order_by("staff_no")),
        "audience": "everyone" if activity.audience_everyone else "units",
        "units": [unit.pk for unit in activity.audience_units.all()],
        "lobby": lobby_of(session),
        "recording": session.recording,
        "credit_kind": _kind_of(session),
    }


def _kind_of(session: Session) -> str:
    first = session.activity.segments.order_by("order").first()
    return first.credit_kind if first else ""


def suggestions() -> list[str]:
    """People the browser offers while one types an assistant's name."""
    return [label(person) for person in Member.objects.filter(is_active=True)[:200]]


def _pk(value: Any) -> str:
    return str(getattr(value, "pk", value))


def _minute(moment: datetime) -> datetime:
    """The form knows no seconds."""
    return moment.replace(second=0, microsecond=0)
