"""The forms of an assignment and of a waiver."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.assignments.audience import (
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
    parse,
)
from courses.assignments.calling import Unknown, named
from courses.assignments.models import MAX_DAYS, Assignment, Repeat
from courses.assignments.queries import administered
from courses.assignments.wording import choices
from courses.catalog.kinds import CourseState
from courses.catalog.models import Course
from courses.credits.queries import today
from courses.credits.record.forms import DateInput
from members.accounts.models import Member
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
    """What is asked of whom until when."""

    title = forms.CharField(label=_("Title"), max_length=120)
    note = forms.CharField(
        label=_("Note to members"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    courses = forms.ModelMultipleChoiceField(
        label=_("Courses"), queryset=Course.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    unit = NamedUnit(
        label=_("Inside the unit"), queryset=Unit.objects.none(), required=False,
        help_text=_("Nobody outside it is reached. Its admins see and change the assignment."),
    )  # fmt: skip
    departments = NamedUnits(
        label=_("Departments"), queryset=Unit.objects.filter(kind=UnitKind.DEPARTMENT),
        required=False, help_text=_("With their sub-units. None chosen: all of them."),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    groups = NamedUnits(
        label=_("Groups"), queryset=Unit.objects.filter(kind=UnitKind.GROUP), required=False,
        help_text=_("Whoever is in one of the departments or groups is reached."),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    post = forms.CharField(label=_("With the post"), max_length=60, required=False)
    role = forms.ChoiceField(
        label=_("With the role"), choices=[("", _("All roles")), *UnitRoleKind.choices],
        required=False,
    )  # fmt: skip
    new_since = forms.DateField(label=_("Newcomers since"), widget=DateInput(), required=False)
    joined = forms.ChoiceField(
        label=_("Units, post, role and newcomers"), required=False,
        choices=[("all", _("All that is filled in must fit")),
                 ("any", _("One of them is enough"))],
    )  # fmt: skip
    also = forms.CharField(
        label=_("And these people"), max_length=10_000, required=False,
        help_text=_("Staff numbers or names, separated by commas or lines. Alone: only they."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    without = forms.CharField(
        label=_("Without these people"), max_length=10_000, required=False,
        help_text=_("Staff numbers or names, separated by commas or lines."),
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

    AUDIENCE = ("unit", "departments", "groups", "post", "role", "new_since", "joined", "also",
                "without")  # fmt: skip
    kept_due: date | None = None
    """A due date that may have passed: the one it has already."""

    def __init__(self, *args: Any, by: Member, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.by, self.label_suffix = by, ""
        self.fields["begins_on"].initial = today()
        self._choose("courses", Course.objects.filter(state=CourseState.PUBLISHED))
        self._choose("unit", administered(by))
        # Who answers for a unit only assigns inside one of hers.
        self.fields["unit"].required = not by.is_platform_admin

    def _choose(self, name: str, rows: QuerySet[Any]) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows

    def clean_also(self) -> list[int]:
        """The keys of those people."""
        return self._people("also")

    def clean_without(self) -> list[int]:
        """The keys of those people."""
        return self._people("without")

    def _people(self, name: str) -> list[int]:
        try:
            return named(self.by, self.cleaned_data[name])
        except Unknown as wrong:
            raise forms.ValidationError(wrong.sentence) from wrong

    def clean(self) -> dict[str, Any]:
        """One way to say when it is due; dates in order; nothing without bound."""
        data = super().clean() or self.cleaned_data
        first, due = data.get("begins_on"), data.get("due_on")
        if "due_on" in data and "due_days" in data and bool(due) == bool(data["due_days"]):
            self.add_error("due_on", _("Give either a due date or a number of days."))
        elif due and due < today() and due != self.kept_due:
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
        if data["joined"] == "any" and len(parts) > 1:
            whole = Some(of=tuple(parts))
        if data["also"]:
            people = People(members=tuple(data["also"]))
            whole = Some(of=(whole, people)) if parts else people
        if data["without"]:
            whole = Minus(keep=whole, less=People(members=tuple(data["without"])))
        return whole

    def wrong_audience(self) -> str:
        """What is wrong with whom it is for, of a form that was looked at; empty: nothing."""
        return " ".join(str(text) for name in self.AUDIENCE for text in self.errors.get(name, []))

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


class ChangeForm(AssignmentForm):
    """What may change once people owe it. Its courses, its unit, its beginning and its repetition
    stay: who has done half of it must not find that it was something else."""

    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)

    def __init__(self, *args: Any, by: Member, found: Assignment, seen: int, **kw: Any) -> None:
        self.found, self.kept_due = found, found.due_on
        before = choices(parse(found.audience))
        self.keeps_audience = before is None
        super().__init__(*args, by=by, initial={**_facts(found, before), "seen": seen}, **kw)
        for name in ("courses", "unit", "begins_on", "repeat"):
            del self.fields[name]
        if self.keeps_audience:
            for name in self.AUDIENCE[1:]:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """As for a new one, with the beginning it has."""
        self.cleaned_data["begins_on"] = self.found.begins_on
        return super().clean()

    def facts(self) -> dict[str, Any]:
        """What ``changing.change`` takes."""
        names = ("title", "note", "due_on", "due_days", "escalates")
        facts = {name: self.cleaned_data[name] for name in names}
        # The same choices are the same audience, however the tree that stood there was written.
        if self.keeps_audience or choices(self.audience()) == choices(parse(self.found.audience)):
            return facts
        return {**facts, "audience": encode(self.audience())}


def _facts(found: Assignment, audience: dict[str, Any] | None) -> dict[str, Any]:
    names = ("title", "note", "due_on", "due_days", "escalates")
    facts = {name: getattr(found, name) for name in names}
    if audience is None:
        return facts
    units = audience.pop("units", [])
    people = {name: _numbers(audience.pop(name)) for name in ("also", "without")}
    return {**facts, **audience, "departments": units, "groups": units, **people}


def _numbers(members: list[int]) -> str:
    found = Member.objects.filter(pk__in=members).order_by("staff_no")
    return ", ".join(found.values_list("staff_no", flat=True))


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
