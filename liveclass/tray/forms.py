"""A poll written before the class. Works without JavaScript: all fields are there, and each says
for which kinds it is."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from liveclass.polls.models import Poll, PollKind
from liveclass.polls.plans import JUDGED, TRUE_FALSE, WRITTEN, Plan, checked
from liveclass.sentences import SENTENCES
from realtime.protocol.polls import (
    POLL_EXPLANATION_CHARS,
    POLL_OPTION_CHARS,
    POLL_OPTIONS,
    POLL_QUESTION_CHARS,
    POLL_SECONDS_LEAST,
    POLL_SECONDS_MOST,
)
from realtime.protocol.polls import PollKind as Kind
from realtime.protocol.refusals import Refusal

RIGHT = "*"
"""A line of the options that begins with it is a right answer."""
POINTS = (5, 10)


class PollForm(forms.Form):
    """A poll of any kind; it waits in the tray until the lecturer opens it."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=PollKind.choices, required=False, initial=PollKind.SINGLE
    )
    question = forms.CharField(label=_("Question"), max_length=POLL_QUESTION_CHARS)
    options = forms.CharField(
        label=_("Options"),
        max_length=POLL_OPTIONS * (POLL_OPTION_CHARS + 2),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One per line, for choices, quiz and ranking. In a quiz, right answers begin with *."
        ),
    )
    least = forms.IntegerField(label=_("Choices, at least"), required=False, min_value=1)
    most = forms.IntegerField(
        label=_("Choices or words, at most"),
        required=False,
        min_value=1,
        help_text=_("For multiple choice and word clouds. Empty: as many as possible."),
    )
    points = forms.ChoiceField(
        label=_("Scale of a rating"), choices=[(n, f"1–{n}") for n in POINTS], required=False
    )
    right = forms.ChoiceField(
        label=_("True or false: what is right"),
        choices=[("", _("Neither")), ("0", _("True")), ("1", _("False"))],
        required=False,
    )
    explanation = forms.CharField(
        label=_("Why"),
        max_length=POLL_EXPLANATION_CHARS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown with the result of a quiz, never before."),
    )
    seconds = forms.IntegerField(
        label=_("Time to answer, in seconds"),
        required=False,
        min_value=POLL_SECONDS_LEAST,
        max_value=POLL_SECONDS_MOST,
        help_text=_("Empty: no limit."),
    )
    anonymous = forms.BooleanField(
        label=_("Anonymous: it is known who voted, not for what. Votes cannot be changed then"),
        required=False,
    )
    changeable = forms.BooleanField(
        label=_("A vote may be changed while the poll is open"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        for field in (*self.main_fields, *self.more_fields):
            field.field.widget.attrs["class"] = "input"

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What every poll needs."""
        return [self[name] for name in ("kind", "question", "options")]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What some kinds take."""
        names = ("least", "most", "points", "right", "explanation", "seconds")
        return [self[name] for name in names]

    def clean_options(self) -> list[str]:
        """The lines that say something, none twice, none too long."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        options = [line for line in lines if line.removeprefix(RIGHT).strip()]
        if len({line.removeprefix(RIGHT).strip() for line in options}) < len(options):
            raise ValidationError(_("Two options are the same."))
        if any(len(option) > POLL_OPTION_CHARS for option in options):
            raise ValidationError(
                _("An option has more than %(most)d characters."),
                params={"most": POLL_OPTION_CHARS},
            )
        return options

    def clean(self) -> dict[str, Any]:
        """The settings must fit together."""
        data = super().clean() or self.cleaned_data
        if {"question", "options"} <= data.keys() and not self.errors:
            try:
                data["plan"] = checked(self._plan(data))
            except Refusal as refusal:
                field = "options" if refusal.code == "option_count" else None
                self.add_error(field, str(SENTENCES[refusal.code]))
        return data

    @property
    def plan(self) -> Plan:
        """What was written; only of a valid form."""
        plan: Plan = self.cleaned_data["plan"]
        return plan

    def _plan(self, data: dict[str, Any]) -> Plan:
        kind = cast(Kind, data["kind"] or "single")
        options: tuple[str, ...] = tuple(data["options"])
        correct: tuple[int, ...] = ()
        if kind == "quiz":
            options, correct = _marked(data["options"])
        elif kind == "rating":
            options = tuple(str(one) for one in range(1, int(data["points"] or POINTS[0]) + 1))
        elif kind == "truefalse" and data["right"]:
            correct = (int(data["right"]),)
        several = kind in ("multiple", "words")
        all_of_them = 3 if kind == "words" else max(len(options), 1)
        return Plan(
            question=data["question"],
            options=() if kind in WRITTEN else options,
            kind=kind,
            least=(data["least"] or 1) if kind == "multiple" else 1,
            most=(data["most"] or all_of_them) if several else 1,
            changeable=data["changeable"],
            anonymous=data["anonymous"],
            seconds=data["seconds"],
            correct=correct,
            explanation=data["explanation"] if kind in JUDGED else "",
        )


def _marked(lines: list[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The options of a quiz without their marks, and the places of the right ones."""
    correct = tuple(place for place, line in enumerate(lines) if line.startswith(RIGHT))
    return tuple(line.removeprefix(RIGHT).strip() for line in lines), correct


def initial_of(poll: Poll) -> dict[str, Any]:
    """A waiting poll as the form shows it."""
    options = list(poll.options.order_by("order"))
    quiz = poll.kind == PollKind.QUIZ
    right = [place for place, one in enumerate(options) if one.correct]
    listed = [f"{RIGHT if quiz and one.correct else ''}{one.text}" for one in options]
    own = poll.kind not in (PollKind.TRUE_FALSE, PollKind.RATING)
    return {
        "kind": poll.kind,
        "question": poll.question,
        "options": "\n".join(listed) if own else "",
        "least": poll.least if poll.kind == PollKind.MULTIPLE else None,
        "most": poll.most if poll.kind in (PollKind.MULTIPLE, PollKind.WORDS) else None,
        "points": len(options) if poll.kind == PollKind.RATING else POINTS[0],
        "right": str(right[0]) if len(options) == len(TRUE_FALSE) and right and not quiz else "",
        "explanation": poll.explanation,
        "seconds": poll.seconds,
        "anonymous": poll.anonymous,
        "changeable": poll.changeable,
    }
