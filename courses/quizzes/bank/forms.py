"""Forms of banks, questions and spreadsheets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.quizzes import wording
from courses.quizzes.bank import faults
from courses.quizzes.bank.actions import Wording
from courses.quizzes.bank.rows import LETTERS
from courses.quizzes.items import (
    MAX_ACCEPTED,
    BadItem,
    Item,
    Multiple,
    Numeric,
    Ordering,
    ShortText,
    Single,
    TrueFalse,
    checked,
)
from courses.quizzes.kinds import Partial
from courses.quizzes.models import MAX_POINTS, MAX_TEXT, Question

CODE = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Letters, digits, dots and hyphens."))
WITH_OPTIONS = ("single", "multiple", "ordering")


class BankForm(forms.Form):
    """Title and sharing of a bank."""

    title = forms.CharField(label=_("Title"), max_length=120)
    shared = forms.BooleanField(
        label=_("Other authors may use it"), required=False,
        help_text=_("They see the questions with their answers. Only you can change them."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""


class SheetForm(forms.Form):
    """A spreadsheet of questions."""

    file = forms.FileField(
        label=_("Excel workbook (.xlsx)"),
        help_text=_("At most 2 MB and 2,000 questions. Nothing is written yet: you see every row."),
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""


class QuestionForm(forms.Form):
    """One question of ``kind``: the fields that every kind has, and its own."""

    text = forms.CharField(
        label=pgettext_lazy("exam", "Question"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    code = forms.CharField(
        label=_("Code"), max_length=40, required=False, validators=[CODE],
        help_text=_("Names the question in spreadsheets. Left empty, it gets the next number."),
    )  # fmt: skip
    topic = forms.CharField(
        label=_("Topic"), max_length=60, required=False,
        help_text=_("A quiz can draw from one topic."),
    )  # fmt: skip
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=MAX_POINTS, initial=1)
    explanation = forms.CharField(
        label=_("Explanation"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown with the right answer, never before."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, kind: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.kind = kind
        self.fields.update(_own_fields(kind))
        self.item: Item | None = None

    @property
    def options(self) -> list[tuple[str, forms.BoundField]]:
        """Letter and field of each option."""
        if self.kind not in WITH_OPTIONS:
            return []
        return [(letter, self[f"option_{place}"]) for place, letter in enumerate(LETTERS)]

    @property
    def chosen(self) -> list[str]:
        """Places of the options that are marked as right, as text."""
        value = self["right"].value() if "right" in self.fields else []
        return [str(one) for one in (value if isinstance(value, list | tuple) else [value])]

    def clean(self) -> dict[str, Any]:
        """Build the item, and say in words what keeps it from being one."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            self.item = checked(_item(self.kind, data))
        except BadItem as bad:
            raise ValidationError(str(faults.ROWS[bad.code]), code=bad.code) from bad
        return data

    def wording(self) -> Wording:
        """What ``write_question`` takes."""
        data = self.cleaned_data
        if self.item is None:
            raise ValueError("the form is not valid")
        return Wording(data["code"], data["text"], data["topic"], data["points"], self.item)


def _own_fields(kind: str) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    if kind in WITH_OPTIONS:
        fields |= {
            f"option_{place}": forms.CharField(
                label=letter, max_length=300, required=False,
            )
            for place, letter in enumerate(LETTERS)
        }  # fmt: skip
    places = [(str(place), letter) for place, letter in enumerate(LETTERS)]
    match kind:
        case "single":
            fields["right"] = forms.ChoiceField(label=_("Right answer"), choices=places)
        case "multiple":
            fields["right"] = forms.MultipleChoiceField(label=_("Right answers"), choices=places)
        case "true_false":
            truth = [
                ("true", pgettext_lazy("answer", "True")),
                ("false", pgettext_lazy("answer", "False")),
            ]
            fields["right"] = forms.ChoiceField(
                label=_("Right answer"), choices=truth, widget=forms.RadioSelect
            )
        case "numeric":
            fields |= _numeric_fields()
        case "short_text":
            fields["accepted"] = forms.CharField(
                label=_("Accepted answers, one a line"), widget=forms.Textarea(attrs={"rows": 4}),
                max_length=5000,
                help_text=_(
                    "Full-width letters, capitals, spaces beside Chinese characters and "
                    "punctuation around the answer make no difference."
                ),
            )  # fmt: skip
            fields["exact_case"] = forms.BooleanField(label=_("Capitals matter"), required=False)
    if kind in {"multiple", "ordering"}:
        fields["partial"] = forms.ChoiceField(
            label=_("Right in part"), choices=Partial.choices, initial=Partial.NONE
        )
    return fields


def _numeric_fields() -> dict[str, forms.Field]:
    return {
        "value": forms.CharField(label=_("Right number"), max_length=40),
        "tolerance": forms.CharField(
            label=_("Tolerance"), max_length=40, required=False,
            help_text=_("On either side, such as 0.05, or 5% of the value. Empty: exactly."),
        ),
        "unit": forms.CharField(
            label=pgettext_lazy("of a number", "Unit"), max_length=20, required=False,
            help_text=_("Shown beside the field."),
        ),
    }  # fmt: skip


def _item(kind: str, data: dict[str, Any]) -> Item:
    said = data["explanation"]
    match kind:
        case "single":
            options, places = _options(data)
            return Single(options=options, right=_place(places, data["right"]), explanation=said)
        case "multiple":
            options, places = _options(data)
            right = frozenset(_place(places, one) for one in data["right"])
            partial = data["partial"]
            return Multiple(options=options, right=right, partial=partial, explanation=said)
        case "true_false":
            return TrueFalse(right=data["right"] == "true", explanation=said)
        case "ordering":
            options, _places = _options(data)
            return Ordering(options=options, partial=data["partial"], explanation=said)
        case "numeric":
            return _numeric(data, said)
        case _:
            lines = [one.strip() for one in data["accepted"].splitlines() if one.strip()]
            if len(lines) > MAX_ACCEPTED:
                raise BadItem("accepted_count")
            accepted = tuple(lines)
            return ShortText(accepted=accepted, exact_case=data["exact_case"], explanation=said)


def _options(data: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, int]]:
    """The options that are filled in, and where each field's option stands among them."""
    filled = [str(place) for place in range(len(LETTERS)) if data[f"option_{place}"]]
    places = {field: place for place, field in enumerate(filled)}
    return tuple(data[f"option_{field}"] for field in filled), places


def _place(places: dict[str, int], field: str) -> int:
    if field not in places:
        raise BadItem("right_unknown")
    return places[field]


def _numeric(data: dict[str, Any], said: str) -> Numeric:
    typed = wording.ordinary(data["tolerance"]).strip() or "0"
    percent = typed.endswith("%")
    return Numeric(
        value=_plain(data["value"], "number"),
        tolerance=_plain(typed.rstrip("% "), "tolerance"),
        percent=percent,
        unit=data["unit"],
        explanation=said,
    )


def _plain(text: str, code: str) -> str:
    if wording.number(text) is None:
        raise BadItem(code)
    return "".join(wording.ordinary(text).split()).replace(",", "")


def initial_of(question: Question) -> dict[str, Any]:
    """A question as its form shows it."""
    item = question.item
    found: dict[str, Any] = {
        "text": question.text,
        "code": question.code,
        "topic": question.topic,
        "points": question.points,
        "explanation": item.explanation,
        "version": question.version,
    }
    match item:
        case Single():
            found["right"] = str(item.right)
        case Multiple():
            found["right"] = [str(one) for one in sorted(item.right)]
            found["partial"] = item.partial
        case Ordering():
            found["partial"] = item.partial
        case TrueFalse():
            found["right"] = "true" if item.right else "false"
        case Numeric():
            spread = "" if item.tolerance == "0" else item.tolerance
            found |= {"value": item.value, "unit": item.unit}
            found["tolerance"] = f"{spread}%" if spread and item.percent else spread
        case ShortText():
            found |= {"accepted": "\n".join(item.accepted), "exact_case": item.exact_case}
    if isinstance(item, Single | Multiple | Ordering):
        found |= {f"option_{place}": text for place, text in enumerate(item.options)}
    return found
