"""The forms of an assignment and of a waiver."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.assignments.audience import (
    MAX_PEOPLE,
    All,
    Audience,
    Everybody,
    HasPost,
    HasRole,
    InUnit,
    Minus,
    NewSince,
    People,
    Some,
    encode,
)
from courses.assignments.models import MAX_DAYS, Repeat
from courses.assignments.queries import administered
from courses.catalog.kinds import CourseState
from courses.catalog.models import Course
from courses.credits.queries import today
from courses.credits.record.forms import DateInput
from members.accounts.models import Member, normal_staff_no
from members.units.models import Unit, UnitKind, UnitRoleKind

MAX_UNITS = 40
MAX_COURSES = 20


class NamedUnits(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Units in the reader's language."""

    def label_from_instance(self, obj: Unit) -> str:
        return obj.name(get_language() or "")


class NamedUnit(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One unit in the reader's language."""

    def label_from_instance(self, obj: Unit) -> str:
        return obj.name(get_language() or "")


class AssignmentForm(forms.Form):
    """What is asked of whom until when. Conditions of the audience are joined by *and*."""

    title = forms.CharField(label=_("Title"), max_length=120)
    note = forms.CharField(
        label=_("Note to members"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    courses = forms.ModelMultipleChoiceField(label=_("Courses"), queryset=Course.objects.none())
    unit = NamedUnit(
        label=_("Inside the unit"), queryset=Unit.objects.none(), required=False,
        help_text=_("Nobody outside it is reached. Its admins see and change the assignment."),
    )  # fmt: skip
    departments = NamedUnits(
        label=_("Departments"), queryset=Unit.objects.filter(kind=UnitKind.DEPARTMENT),
        required=False, help_text=_("With their sub-units. None chosen: all of them."),
    )  # fmt: skip
    groups = NamedUnits(
        label=_("Groups"), queryset=Unit.objects.filter(kind=UnitKind.GROUP), required=False,
        help_text=_("Whoever is in one of the departments or groups is reached."),
    )  # fmt: skip
    post = forms.CharField(label=_("Only with the post"), max_length=60, required=False)
    role = forms.ChoiceField(
        label=_("Only these roles"), choices=[("", _("All roles")), *UnitRoleKind.choices],
        required=False,
    )  # fmt: skip
    new_since = forms.DateField(label=_("Only newcomers since"), widget=DateInput(), required=False)
    without = forms.CharField(
        label=_("Without these people"), max_length=10_000, required=False,
        help_text=_("Staff numbers, separated by blanks or commas."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    begins_on = forms.DateField(label=_("Begins on"), widget=DateInput())
    due_on = forms.DateField(
        label=_("Due date"), widget=DateInput(), required=False,
        help_text=_("The whole day still counts, by the organisation's clock."),
    )  # fmt: skip
    due_days = forms.IntegerField(
        label=_("Or: days given to each person"), min_value=1, max_value=MAX_DAYS, required=False,
        help_text=_("From the beginning, or from the day a person joins."),
    )  # fmt: skip
    repeat = forms.ChoiceField(label=_("Repeats"), choices=Repeat.choices)
    escalates = forms.BooleanField(
        label=_("Tell leaders when it is overdue"), required=False, initial=True
    )

    def __init__(self, *args: Any, by: Member, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.fields["begins_on"].initial = today()
        self._choose("courses", Course.objects.filter(state=CourseState.PUBLISHED))
        self._choose("unit", administered(by))
        # Who answers for a unit only assigns inside one of hers.
        self.fields["unit"].required = not by.is_platform_admin

    def _choose(self, name: str, rows: QuerySet[Any]) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows

    def clean_without(self) -> list[int]:
        """The keys of those people."""
        typed = self.cleaned_data["without"].replace(",", " ").replace("，", " ").split()
        wanted = {normal_staff_no(one) for one in typed}
        if len(wanted) > MAX_PEOPLE:
            raise forms.ValidationError(_("At most %(n)d people."), params={"n": MAX_PEOPLE})
        found = dict(Member.objects.filter(staff_no__in=wanted).values_list("staff_no", "pk"))
        missing = sorted(wanted - set(found))
        if missing:
            names = ", ".join(missing[:5])
            raise forms.ValidationError(
                _("Nobody has these staff numbers: %(names)s"), params={"names": names}
            )
        return sorted(found.values())

    def clean(self) -> dict[str, Any]:
        """One way to say when it is due; dates in order; nothing without bound."""
        data = super().clean() or self.cleaned_data
        first, due = data.get("begins_on"), data.get("due_on")
        if "due_on" in data and "due_days" in data and bool(due) == bool(data["due_days"]):
            self.add_error("due_on", _("Give either a due date or a number of days."))
        elif due and due < today():
            self.add_error("due_on", _("This day has passed."))
        elif due and first and due < first:
            self.add_error("due_on", _("It would be due before it begins."))
        for name, most in (("departments", MAX_UNITS), ("groups", MAX_UNITS),
                           ("courses", MAX_COURSES)):  # fmt: skip
            if name in data and len(data[name]) > most:
                text = forms.ValidationError(_("At most %(n)d of them."), params={"n": most})
                self.add_error(name, text)
        return data

    def audience(self) -> Audience:
        """The tree of what was chosen."""
        data = self.cleaned_data
        units = [InUnit(unit=one.pk) for one in [*data["departments"], *data["groups"]]]
        parts: list[Audience] = [Some(of=tuple(units))] if units else []
        if data["post"]:
            parts.append(HasPost(post=data["post"]))
        if data["role"]:
            parts.append(HasRole(role=data["role"]))
        if data["new_since"]:
            parts.append(NewSince(day=data["new_since"]))
        whole: Audience = All(of=tuple(parts)) if parts else Everybody()
        if data["without"]:
            whole = Minus(keep=whole, less=People(members=tuple(data["without"])))
        return whole

    def facts(self) -> dict[str, Any]:
        """What ``actions.assign`` takes."""
        names = (
            "title", "note", "courses", "unit", "begins_on", "due_on", "due_days", "repeat",
            "escalates",
        )  # fmt: skip
        return {
            **{name: self.cleaned_data[name] for name in names},
            "audience": encode(self.audience()),
        }


class WaiverForm(forms.Form):
    """From when to when, and why; the member reads it."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The member reads it."),
    )  # fmt: skip
    first = forms.DateField(label=_("Waived from"), widget=DateInput())
    last = forms.DateField(
        label=_("Waived until"), widget=DateInput(), required=False,
        help_text=_("Empty: for good."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.fields["first"].initial = today()

    def clean(self) -> dict[str, Any]:
        """Dates in order."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("It would end before it begins."))
        return data
