"""The form of a quiz."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.quizzes import rights
from courses.quizzes.kinds import Review
from courses.quizzes.models import MAX_ATTEMPTS, MAX_GRACE, MAX_MINUTES, Bank, Quiz
from courses.quizzes.papers import MAX_QUESTIONS
from courses.quizzes.setup.actions import Wanted
from members.accounts.models import Member

DRAWS = 6
"""Draws of one quiz."""


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class QuizForm(forms.Form):
    """How a quiz is held. Times are in the zone that the site shows."""

    introduction = forms.CharField(
        label=_("Introduction"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Members read it before they begin."),
    )  # fmt: skip
    pass_percent = forms.DecimalField(
        label=_("Pass mark, in percent"), min_value=Decimal("0.1"), max_value=Decimal(100),
        decimal_places=1, initial=60,
    )  # fmt: skip
    attempts = forms.IntegerField(
        label=_("Attempts"), min_value=1, max_value=MAX_ATTEMPTS, required=False,
        help_text=_("Empty: no limit. The best one counts."),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("Time limit in minutes"), min_value=1, max_value=MAX_MINUTES, required=False,
        help_text=_("Empty: no limit. The server’s clock counts, also while the page is closed."),
    )  # fmt: skip
    grace_seconds = forms.IntegerField(
        label=_("Grace in seconds"), min_value=0, max_value=MAX_GRACE, initial=30,
        help_text=_("What was on its way when the time ended still counts."),
    )  # fmt: skip
    opens_at = forms.DateTimeField(label=_("Opens"), required=False, widget=_moment())
    closes_at = forms.DateTimeField(label=_("Closes"), required=False, widget=_moment())
    shuffle_questions = forms.BooleanField(label=_("Questions in drawn order"), required=False)
    shuffle_options = forms.BooleanField(label=_("Options in drawn order"), required=False)
    review = forms.ChoiceField(
        label=_("Answers are shown"), choices=Review.choices, initial=Review.FINISHED
    )

    def __init__(self, *args: Any, author: Member, quiz: Quiz | None = None, **kw: Any) -> None:
        kw["initial"] = initial_of(quiz)
        super().__init__(*args, **kw)
        self.label_suffix = ""
        banks = rights.banks_of(author)
        if quiz is not None:
            held = quiz.draws.values("bank")
            banks = Bank.objects.filter(Q(pk__in=banks.values("pk")) | Q(pk__in=held))
        for place in range(DRAWS):
            self.fields[f"bank_{place}"] = forms.ModelChoiceField(
                label=_("Bank"), queryset=banks, required=False, empty_label="–"
            )
            self.fields[f"topic_{place}"] = forms.CharField(
                label=_("Topic"), max_length=60, required=False
            )
            self.fields[f"number_{place}"] = forms.IntegerField(
                label=_("How many"), min_value=1, max_value=MAX_QUESTIONS, required=False
            )

    @property
    def draws(self) -> list[dict[str, forms.BoundField]]:
        """The rows of the table of draws."""
        return [
            {name: self[f"{name}_{place}"] for name in ("bank", "topic", "number")}
            for place in range(DRAWS)
        ]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields above and below that table."""
        drawn = ("bank_", "topic_", "number_")
        return [one for one in self.visible_fields() if not one.name.startswith(drawn)]

    def clean(self) -> dict[str, Any]:
        """At least one draw, and times that fit each other."""
        data = super().clean() or self.cleaned_data
        if not any(data.get(f"bank_{place}") for place in range(DRAWS)):
            self.add_error("bank_0", _("Choose at least one bank to draw from."))
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It would close before it opens."))
        if data.get("review") == Review.CLOSED and not closes:
            self.add_error("closes_at", _("Answers are shown after closing: say when that is."))
        return data

    def wanted(self) -> list[Wanted]:
        """The draws that are filled in."""
        data = self.cleaned_data
        return [
            Wanted(data[f"bank_{place}"], data[f"topic_{place}"], data[f"number_{place}"])
            for place in range(DRAWS)
            if data[f"bank_{place}"]
        ]

    def fields_of_quiz(self) -> dict[str, Any]:
        """What ``set_up`` takes."""
        names = (
            "introduction", "attempts", "minutes", "grace_seconds", "opens_at", "closes_at",
            "shuffle_questions", "shuffle_options", "review",
        )  # fmt: skip
        data = self.cleaned_data
        return {
            **{name: data[name] for name in names},
            "pass_permille": int(data["pass_percent"] * 10),
        }


def initial_of(quiz: Quiz | None) -> dict[str, Any]:
    """A quiz as its form shows it; none yet: what is usual."""
    if quiz is None:
        fresh = Quiz()
        return {"attempts": fresh.attempts, "shuffle_questions": True, "shuffle_options": True}
    names = (
        "introduction", "attempts", "minutes", "grace_seconds", "opens_at", "closes_at",
        "shuffle_questions", "shuffle_options", "review",
    )  # fmt: skip
    found = {name: getattr(quiz, name) for name in names}
    found["pass_percent"] = Decimal(quiz.pass_permille) / 10
    for place, draw in enumerate(quiz.draws.order_by("order")[:DRAWS]):
        found |= {
            f"bank_{place}": draw.bank_id,
            f"topic_{place}": draw.topic,
            f"number_{place}": draw.number,
        }
    return found
