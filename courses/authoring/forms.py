"""Forms of authors and reviewers: facts of a course, a lesson, the rule, the way to publication."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.activities.models import Activity
from courses.authoring.terms import CHOICES, PERMILLE, Part, Shape, Term, Terms, Way, read_back
from courses.catalog.kinds import ATTENDED, CreditKind, LessonKind
from courses.catalog.models import (
    MAX_ARTICLE,
    MAX_MINUTES,
    MAX_MONTHS,
    Category,
    Course,
    Lesson,
    Series,
)
from courses.catalog.series import EVERY_WEEK, LAST
from courses.completion.queries import parsed
from courses.completion.rules import Attended, Finished, Leaf
from members.units.fields import OrganisationTimeField

CODE = RegexValidator(r"\A[A-Z0-9][A-Z0-9-]{0,19}\Z", _("Letters A–Z, digits and hyphens."))
MOST_CHOICES = 500
"""Classes or courses offered in one list."""

if TYPE_CHECKING:
    CategoryChoice = forms.ModelChoiceField[Category]
    ActivityChoice = forms.ModelChoiceField[Activity]
    SeriesChoice = forms.ModelChoiceField[Series]
else:
    CategoryChoice = ActivityChoice = SeriesChoice = forms.ModelChoiceField


class CategoryField(CategoryChoice):
    """A shelf in the reader's language."""

    def label_from_instance(self, obj: Category) -> str:
        return obj.name(get_language() or "")


class CourseForm(forms.Form):
    """The facts of a course; the code only while it is new."""

    code = forms.CharField(
        label=_("Code"), max_length=20, validators=[CODE],
        help_text=_("For example AQ-101. It is part of the address and stays."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("In short"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What one can do after it, in two or three sentences."),
    )  # fmt: skip
    category = CategoryField(
        label=_("Category"), queryset=Category.objects.all(), required=False,
        empty_label=_("None"),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=[])
    estimated_minutes = forms.IntegerField(
        label=_("Estimated minutes"), min_value=1, max_value=MAX_MINUTES, initial=45,
        help_text=_("Credit hours are reckoned from them; classes count for themselves."),
    )  # fmt: skip
    credit_kind = forms.ChoiceField(
        label=_("Credit hours"), required=False,
        choices=[("", _("This course earns none")), *CreditKind.choices],
    )  # fmt: skip
    certificate = forms.BooleanField(label=_("Ends in a certificate"), required=False, initial=True)
    certificate_months = forms.IntegerField(
        label=_("Certificate valid for months"), min_value=1, max_value=MAX_MONTHS, required=False,
        help_text=_("Empty: for good. Certificates that were issued already stay as they are."),
    )  # fmt: skip
    expires_at = OrganisationTimeField(
        label=_("Available until"), required=False,
        help_text=_("Empty: without end. What was learnt stays in every record."),
    )  # fmt: skip

    def __init__(self, *args: Any, zone: ZoneInfo, course: Course | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.course = course
        cast(OrganisationTimeField, self.fields["expires_at"]).zone = zone
        languages = Course._meta.get_field("language").choices or []
        cast(forms.ChoiceField, self.fields["language"]).choices = list(languages)
        self.fields["certificate"].widget.attrs["role"] = "switch"
        if course is not None:
            del self.fields["code"]

    def clean_code(self) -> str:
        """A code that nobody uses yet."""
        code: str = self.cleaned_data["code"]
        if Course.objects.filter(code=code).exists():
            raise ValidationError(_("There is a course with this code already."))
        return code

    def clean_title(self) -> str:
        """A title on one line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_expires_at(self) -> datetime | None:
        """A time that is still to come, or what it was."""
        moment: datetime | None = self.cleaned_data["expires_at"]
        same = self.course is not None and moment == self.course.expires_at
        if moment is not None and not same and moment <= timezone.now():
            raise ValidationError(_("This time is in the past."))
        return moment

    def facts(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "code"}


class SectionForm(forms.Form):
    """The title of a section."""

    title = forms.CharField(label=_("Title of the section"), max_length=200)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""


class NewLessonForm(forms.Form):
    """A new lesson: what kind, and what it is called."""

    kind = forms.ChoiceField(label=_("Kind"), choices=LessonKind.choices)
    title = forms.CharField(label=_("Title of the lesson"), max_length=200)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""


class LessonForm(forms.Form):
    """A lesson of a known kind."""

    title = forms.CharField(label=_("Title"), max_length=200)
    required = forms.BooleanField(
        label=_("Required"), required=False,
        help_text=_("Elective lessons are offered, and not asked for."),
    )  # fmt: skip
    estimated_minutes = forms.IntegerField(
        label=_("Estimated minutes"), min_value=1, max_value=24 * 60
    )
    article = forms.CharField(
        label=_("Text"), max_length=MAX_ARTICLE, required=False,
        widget=forms.Textarea(attrs={"rows": 18, "data-article": ""}),
        help_text=_("An empty line begins a new paragraph."),
    )  # fmt: skip
    activity = ActivityChoice(
        label=_("Class"), queryset=Activity.objects.none(), required=False, empty_label=_("None"),
        help_text=_("Live, in the replay, or both together: it counts as one."),
    )  # fmt: skip

    def __init__(self, *args: Any, lesson: Lesson, offered: list[int], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.fields["required"].widget.attrs["role"] = "switch"
        if lesson.kind != LessonKind.ARTICLE:
            del self.fields["article"]
        if lesson.kind in ATTENDED:
            rows = Activity.objects.filter(pk__in=[*offered, lesson.activity_id])
            cast(ActivityChoice, self.fields["activity"]).queryset = rows.order_by("-pk")
        else:
            del self.fields["activity"]

    def clean_title(self) -> str:
        """A title on one line."""
        return " ".join(self.cleaned_data["title"].split())


class RuleForm(forms.Form):
    """The rule of completion: one row for each lesson, nothing to be written by hand."""

    own = forms.ChoiceField(
        label=_("What completes the course"),
        choices=[
            ("", _("Every required lesson, each as its kind usually takes")),
            ("own", _("A rule of its own")),
        ],
        required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    before = forms.MultipleChoiceField(
        label=_("Finish these courses first"), choices=[], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(
        self, data: Any, *, course: Course, lessons: list[Lesson], others: list[Course]
    ) -> None:
        self.lessons = lessons
        self.shape = read_back(parsed(course.rule)) if course.rule else None
        self.is_foreign = bool(course.rule) and self.shape is None
        shape = self.shape or Shape({})
        initial = {
            "own": "own" if course.rule else "", "before": list(map(str, shape.before)),
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.label_suffix = ""
        choices = [(str(one.pk), f"{one.code} {one.title}") for one in others]
        cast(forms.MultipleChoiceField, self.fields["before"]).choices = choices
        for at, (name, number) in enumerate(zip(CHOICES, shape.numbers, strict=True), 1):
            self.fields[f"number-{name}"] = forms.IntegerField(
                label=_("How many of choice %(n)d") % {"n": at}, min_value=1, max_value=200,
                required=False, initial=number,
            )  # fmt: skip
        for lesson in lessons:
            self._row(lesson, shape.found.get(lesson.pk), bool(course.rule))

    def _row(self, lesson: Lesson, found: tuple[Part, Leaf] | None, own: bool) -> None:
        usual: Part = "must" if lesson.required and not own else ""
        part, leaf = found or (usual, None)
        permille = PERMILLE[lesson.kind]
        if leaf is not None and not isinstance(leaf, Finished):
            permille = leaf.permille
        self.fields[f"part-{lesson.pk}"] = forms.ChoiceField(
            label=_("Counts"), required=False, initial=part,
            choices=[
                ("must", _("Must be done")),
                *((name, _("Choice %(n)d") % {"n": at}) for at, name in enumerate(CHOICES, 1)),
                ("", _("Not asked for")),
            ],
        )  # fmt: skip
        self.fields[f"percent-{lesson.pk}"] = forms.IntegerField(
            label=_("Percent"), min_value=1, max_value=100, initial=permille // 10
        )
        if lesson.kind == LessonKind.LIVE:
            way = leaf.way if isinstance(leaf, Attended) else "together"
            self.fields[f"way-{lesson.pk}"] = forms.ChoiceField(
                label=_("How"), initial=way,
                choices=[
                    ("together", _("Live and replay together")), ("live", _("Only live")),
                    ("replay", _("Only the replay")),
                ],
            )  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each lesson, for the page."""
        return [
            {
                "lesson": one,
                "part": self[f"part-{one.pk}"],
                "percent": self[f"percent-{one.pk}"],
                "way": self[f"way-{one.pk}"] if one.kind == LessonKind.LIVE else None,
            }
            for one in self.lessons
        ]

    @property
    def numbers(self) -> list[Any]:
        """How many of each choice, for the page."""
        return [self[f"number-{name}"] for name in CHOICES]

    def clean(self) -> dict[str, Any]:
        """A rule that asks for something, and for no more than there is."""
        data = super().clean() or self.cleaned_data
        if data.get("own") and not self.errors:
            said = self.terms()
            if said is None or not any(one.part for one in said.terms):
                raise ValidationError(_("Choose at least one lesson."))
            for name, (number, terms) in zip(CHOICES, said.choices, strict=True):
                if terms and number > len(terms):
                    text = _("There are fewer lessons to choose from.")
                    self.add_error(f"number-{name}", text)
        return data

    def terms(self) -> Terms | None:
        """What the form says; None: every required lesson."""
        data = self.cleaned_data
        if not data["own"]:
            return None
        return Terms(
            terms=tuple(self._term(one) for one in self.lessons),
            numbers=tuple(data.get(f"number-{name}") or 1 for name in CHOICES),
            before=tuple(int(one) for one in data["before"]),
        )

    def _term(self, lesson: Lesson) -> Term:
        data, key = self.cleaned_data, lesson.pk
        part, way = cast(Part, data[f"part-{key}"]), cast(Way, data.get(f"way-{key}", "together"))
        return Term(key, lesson.kind, part, data[f"percent-{key}"], way)


class SubmitForm(forms.Form):
    """How a course is to be published after its review."""

    when = forms.ChoiceField(
        label=_("Publish"),
        choices=[
            ("now", _("As soon as it is approved")), ("at", _("At a time")),
            ("series", _("In a series")),
        ],
        initial="now", widget=forms.RadioSelect,
    )  # fmt: skip
    publish_at = OrganisationTimeField(label=_("Time"), required=False)
    series = SeriesChoice(
        label=_("Series"), queryset=Series.objects.all(), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        cast(OrganisationTimeField, self.fields["publish_at"]).zone = zone

    def clean(self) -> dict[str, Any]:
        """What the choice needs, and only that."""
        data = super().clean() or self.cleaned_data
        when = data.get("when")
        if when == "at" and not data.get("publish_at") and "publish_at" not in self.errors:
            self.add_error("publish_at", _("Write when."))
        if when == "series" and not data.get("series"):
            self.add_error("series", _("Choose a series."))
        if when != "at":
            data["publish_at"] = None
        if when != "series":
            data["series"] = None
        return data


class ReviewForm(forms.Form):
    """Why a course goes back to its author."""

    note = forms.CharField(
        label=_("Note to the author"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""


WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")),
    (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip
WHICH = [
    (EVERY_WEEK, _("Every week")), (1, _("First of the month")), (2, _("Second of the month")),
    (3, _("Third of the month")), (4, _("Fourth of the month")), (LAST, _("Last of the month")),
]  # fmt: skip


class SeriesForm(forms.Form):
    """A new series: its name and its rhythm."""

    title = forms.CharField(label=_("Name of the series"), max_length=120)
    nth = forms.TypedChoiceField(label=_("How often"), choices=WHICH, coerce=int)
    weekday = forms.TypedChoiceField(label=_("Day of the week"), choices=WEEKDAYS, coerce=int)
    at = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}), initial="09:00"
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""

    def clean_title(self) -> str:
        """A name that no other series has."""
        title = " ".join(self.cleaned_data["title"].split())
        if Series.objects.filter(title=title).exists():
            raise ValidationError(_("There is a series with this name already."))
        return title
