"""The choices of questions, quizzes and attempts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TRUE_FALSE = "true_false", _("True or false")
    ORDERING = "ordering", pgettext_lazy("kind of question", "Ordering")
    NUMERIC = "numeric", pgettext_lazy("kind of question", "Number")
    SHORT_TEXT = "short_text", _("Short text")


class Partial(models.TextChoices):
    """What a multiple choice or an ordering earns that is right in part."""

    NONE = "none", _("No points")
    SUBSET = "subset", _("A share, as long as nothing chosen is wrong")
    BALANCED = "balanced", _("A share; what is wrong is taken off again")


class Review(models.TextChoices):
    """When a member may see the questions with their answers again."""

    NEVER = "never", _("Never")
    SUBMITTED = "submitted", _("After each attempt")
    FINISHED = "finished", _("Once passed, or when no attempt is left")
    CLOSED = "closed", _("When the quiz has closed for everybody")


class AttemptState(models.TextChoices):
    """Where an attempt is."""

    OPEN = "open", _("In progress")
    SUBMITTED = "submitted", _("Submitted")
    TIMED_OUT = "timed_out", _("Ended by the clock")
