"""The form of a requirement: hours as people write them, limits as fields."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.credits.models import CENTRALISED, Kind, Layer, Mode, Requirement, Span, Standing
from courses.credits.record.forms import DateInput
from members.units.models import Unit, UnitRoleKind

CODE = RegexValidator(r"\A[A-Z0-9][A-Z0-9-]{0,19}\Z", _("Letters A–Z, digits and hyphens."))

FACE = [Mode.IN_PERSON.value, Mode.HALL.value]
PRACTICE = [Kind.PRACTICE.value]
ORGANISED = [mode.value for mode in CENTRALISED]


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Units and groups in the reader's language."""

    def label_from_instance(self, obj: Unit) -> str:
        return obj.name(get_language() or "")


class RequirementForm(forms.Form):
    """Everything a requirement says."""

    code = forms.CharField(label=_("Code"), max_length=20, validators=[CODE])
    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("Title (English)"), max_length=120, required=False)
    source = forms.CharField(
        label=_("Text of the source"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Word for word, with its article. Members read it."),
    )  # fmt: skip
    source_url = forms.URLField(
        label=_("Address of the source"), required=False, assume_scheme="https"
    )
    standing = forms.ChoiceField(
        label=_("Status"), choices=Standing.choices, initial=Standing.CHECK,
        help_text=_("“To be checked” may be used; records and reports then say so."),
    )  # fmt: skip
    layer = forms.ChoiceField(label=_("Layer"), choices=Layer.choices, initial=Layer.ORGANISATION)
    units = UnitsField(
        label=_("Units and groups"), queryset=Unit.objects.all(), required=False,
        help_text=_("None chosen: everybody. A unit includes its sub-units."),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("Only these roles"), choices=[("", _("All roles")), *UnitRoleKind.choices],
        required=False,
    )  # fmt: skip
    span = forms.ChoiceField(label=_("Period"), choices=Span.choices)
    days = forms.IntegerField(
        label=_("Days after joining"), min_value=1, max_value=3650, required=False
    )
    hours = forms.DecimalField(
        label=_("Credit hours"), min_value=Decimal(0), max_value=Decimal(1000), decimal_places=2
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds that count"), choices=Kind.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all of them."),
    )  # fmt: skip
    self_percent = forms.IntegerField(
        label=_("Most self-study, in percent of what is required"), min_value=0, max_value=100,
        required=False,
    )  # fmt: skip
    day_hours = forms.DecimalField(
        label=_("Most credit hours in one day"), min_value=Decimal(0), max_value=Decimal(24),
        decimal_places=2, required=False,
    )  # fmt: skip
    centralised = forms.IntegerField(
        label=_("Centralised trainings, at least"), min_value=0, max_value=1000, required=False
    )
    in_person = forms.DecimalField(
        label=_("Least credit hours in person or in the hall"), min_value=Decimal(0),
        max_value=Decimal(1000), decimal_places=2, required=False,
    )  # fmt: skip
    practice = forms.DecimalField(
        label=_("Least credit hours of practice"), min_value=Decimal(0),
        max_value=Decimal(1000), decimal_places=2, required=False,
    )  # fmt: skip
    carry = forms.DecimalField(
        label=_("Most credit hours carried over from the period before"), min_value=Decimal(0),
        max_value=Decimal(1000), decimal_places=2, required=False,
    )  # fmt: skip
    pro_rata = forms.ChoiceField(
        label=_("For part of the period"),
        choices=[
            ("monthly", _("By months")), ("daily", _("By days")), ("none", _("Always in full")),
        ],
    )  # fmt: skip
    valid_from = forms.DateField(label=_("In force from"), widget=DateInput())
    valid_to = forms.DateField(label=_("In force to"), widget=DateInput(), required=False)

    def __init__(self, *args: Any, before: Requirement | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.before = before
        if before is not None:
            self.fields["code"].disabled = True

    def clean(self) -> dict[str, Any]:
        """Dates in order, and what the chosen period needs."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("It would end before it begins."))
        if data.get("span") == Span.FIXED and not last:
            self.add_error("valid_to", _("Fixed dates have an end."))
        if data.get("span") == Span.SINCE_JOINING and not data.get("days"):
            self.add_error("days", _("Write how many days."))
        if self.before and first and first <= self.before.valid_from:
            begun = f"{self.before.valid_from:%Y-%m-%d}"
            self.add_error(
                "valid_from",
                ValidationError(
                    _("Version %(n)d began on %(day)s: a new one begins later."),
                    params={"n": self.before.version, "day": begun},
                ),
            )
        return data

    def fields_of_requirement(self) -> dict[str, Any]:
        """What ``write_requirement`` takes."""
        data = self.cleaned_data
        names = (
            "title", "title_en", "source", "source_url", "standing", "layer", "units", "role",
            "span", "days", "valid_from", "valid_to",
        )  # fmt: skip
        return {
            **{name: data[name] for name in names},
            "threshold": int(data["hours"] * 100),
            "rule": self._rule(),
        }

    def _rule(self) -> dict[str, Any]:
        """The limits as typed, and those of the version before that no field shows."""
        data = self.cleaned_data
        before = self.before.rule if self.before else {}
        rule: dict[str, Any] = {"pro_rata": data["pro_rata"]}
        if data["kinds"]:
            rule["kinds"] = data["kinds"]
        if data["day_hours"] is not None:
            rule["day_cap"] = int(data["day_hours"] * 100)
        if data["carry"]:
            rule["carry_most"] = int(data["carry"] * 100)
        lists = {
            "caps": _typed_caps(data),
            "floors": _typed_floors(data),
            "tallies": _typed_tallies(data),
        }
        for name, typed in lists.items():
            kept = [one for one in before.get(name, []) if not _is_shown(name, one)]
            if typed or kept:
                rule[name] = [*typed, *kept]
        return rule


def _typed_caps(data: dict[str, Any]) -> list[dict[str, Any]]:
    if data["self_percent"] is None:
        return []
    return [{"modes": [Mode.SELF.value], "percent": data["self_percent"]}]


def _typed_floors(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if data["in_person"]:
        found.append({"modes": FACE, "value": int(data["in_person"] * 100)})
    if data["practice"]:
        found.append({"kinds": PRACTICE, "value": int(data["practice"] * 100)})
    return found


def _typed_tallies(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"count": data["centralised"], "modes": ORGANISED}] if data["centralised"] else []


def _is_shown(name: str, one: dict[str, Any]) -> bool:
    """Whether a field of the form stands for this limit."""
    modes, kinds = one.get("modes", []), one.get("kinds", [])
    if name == "caps":
        return bool(modes == [Mode.SELF.value])
    if name == "floors":
        return (modes, kinds) in ((FACE, []), ([], PRACTICE))
    return sorted(modes) == sorted(ORGANISED) and not kinds


def _shown(rule: dict[str, Any], name: str, field: str, **match: Any) -> Any:
    """The number of the limit that a field stands for; None when there is none."""
    for one in rule.get(name, []):
        wanted = all(one.get(key, []) == value for key, value in match.items())
        if wanted and _is_shown(name, one):
            return one[field]
    return None


def _whole(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100


def initial_of(one: Requirement) -> dict[str, Any]:
    """The newest version as the form shows it."""
    names = (
        "code", "title", "title_en", "source", "source_url", "standing", "layer", "role", "span",
        "days", "valid_to",
    )  # fmt: skip
    rule = one.rule
    return {
        **{name: getattr(one, name) for name in names},
        "units": [unit.pk for unit in one.units.all()],
        "hours": Decimal(one.threshold) / 100,
        "kinds": rule.get("kinds", []),
        "self_percent": _shown(rule, "caps", "percent"),
        "day_hours": _whole(rule.get("day_cap")),
        "centralised": _shown(rule, "tallies", "count"),
        "in_person": _whole(_shown(rule, "floors", "value", modes=FACE)),
        "practice": _whole(_shown(rule, "floors", "value", kinds=PRACTICE)),
        "carry": _whole(rule.get("carry_most")),
        "pro_rata": rule.get("pro_rata", "monthly"),
    }
