"""Banks of questions, the quiz of a lesson, and the attempts of members."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.quizzes import items
from courses.quizzes.kinds import AttemptState, QuestionKind, Review
from courses.quizzes.papers import MAX_DRAFT, MAX_QUESTIONS, SEEDS

MAX_TEXT = 1000
"""Characters of a question."""
MAX_POINTS = 100
MAX_ATTEMPTS = 50
MAX_MINUTES = 24 * 60
MAX_GRACE = 300
"""Seconds after the end in which what was on its way still counts."""


class Bank(models.Model):
    """A collection of questions, kept by its owner; ``shared``: other authors may draw from it."""

    title = models.CharField(_("Title"), max_length=120)
    # Who wrote what people were examined in is part of the record: deactivated, never deleted.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="question_banks",
        verbose_name=_("Owner"),
    )  # fmt: skip
    shared = models.BooleanField(_("Other authors may use it"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="bank_has_title"),
            models.UniqueConstraint(fields=["owner", "title"], name="bank_title_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question as it is asked today.

    ``content`` is an ``items.Item`` with the key. A question is never deleted, only ``retired``;
    before a change, what was asked until then is kept as an ``Edition``, so that papers stay what
    they were.
    """

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="questions")
    # Names it in spreadsheets: importing the same code again changes this question.
    code = models.CharField(_("Code"), max_length=40)
    kind = models.CharField(
        pgettext_lazy("exam", "Kind"), max_length=20, choices=QuestionKind.choices
    )
    text = models.TextField(pgettext_lazy("exam", "Question"), max_length=MAX_TEXT)
    topic = models.CharField(_("Topic"), max_length=60, blank=True)
    points = models.PositiveSmallIntegerField(_("Points"), default=1)
    content = models.TextField(max_length=20_000)
    version = models.PositiveIntegerField(_("Version"), default=1)
    retired = models.BooleanField(_("No longer drawn"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="questions_written",
        verbose_name=_("Author"),
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("exam question")
        verbose_name_plural = _("exam questions")
        ordering = ["bank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "code"], name="question_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="quiz_question_has_code"),
            models.CheckConstraint(condition=~Q(text=""), name="quiz_question_has_text"),
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="quiz_question_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=1, points__lte=MAX_POINTS),
                name="quiz_question_points_in_range",
            ),
        ]
        indexes = [
            models.Index(fields=["bank", "retired", "topic"], name="question_pool"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:40]}"

    @property
    def item(self) -> items.Item:
        """What is asked, with its key: for marking and for authors, never for a response."""
        return items.decode(self.content)


class Edition(models.Model):
    """What a question was before a change."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="editions")
    version = models.PositiveIntegerField(_("Version"))
    text = models.TextField(pgettext_lazy("exam", "Question"), max_length=MAX_TEXT)
    points = models.PositiveSmallIntegerField(_("Points"))
    content = models.TextField(max_length=20_000)
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("earlier version of a question")
        verbose_name_plural = _("earlier versions of questions")
        constraints = [models.UniqueConstraint(fields=["question", "version"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.question_id} v{self.version}"


class Quiz(models.Model):
    """How the quiz of a lesson is held."""

    lesson = models.OneToOneField("courses.Lesson", on_delete=models.PROTECT, related_name="quiz")
    introduction = models.TextField(_("Introduction"), blank=True, max_length=2000)
    shuffle_questions = models.BooleanField(_("Questions in drawn order"), default=True)
    shuffle_options = models.BooleanField(_("Options in drawn order"), default=True)
    # None: as many as she likes.
    attempts = models.PositiveSmallIntegerField(_("Attempts"), null=True, blank=True, default=3)
    pass_permille = models.PositiveSmallIntegerField(_("Pass mark, in thousandths"), default=600)
    # None: no limit.
    minutes = models.PositiveSmallIntegerField(_("Minutes"), null=True, blank=True)
    grace_seconds = models.PositiveSmallIntegerField(_("Seconds of grace"), default=30)
    opens_at = models.DateTimeField(_("Opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("Closes"), null=True, blank=True)
    review = models.CharField(
        _("Review of the answers"), max_length=20, choices=Review.choices, default=Review.FINISHED
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(attempts__isnull=True) | Q(attempts__gte=1, attempts__lte=MAX_ATTEMPTS),
                name="quiz_attempts_in_range",
            ),
            models.CheckConstraint(
                condition=Q(pass_permille__gte=1, pass_permille__lte=1000),
                name="quiz_pass_mark_in_range",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1, minutes__lte=MAX_MINUTES),
                name="quiz_minutes_in_range",
            ),
            models.CheckConstraint(
                condition=Q(grace_seconds__lte=MAX_GRACE), name="quiz_grace_in_range"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="quiz_closes_after_opening",
            ),
            models.CheckConstraint(condition=Q(review__in=Review.values), name="quiz_review_known"),
            models.CheckConstraint(
                condition=~Q(review="closed") | Q(closes_at__isnull=False),
                name="quiz_review_closed_needs_closing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}"

    @property
    def is_set_up(self) -> bool:
        """Whether its author has decided how it is held."""
        return bool(self.pk)


class Draw(models.Model):
    """So many questions of a bank, of one topic or of all; None: every one."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="draws")
    order = models.PositiveSmallIntegerField(_("Order"))
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="draws")
    topic = models.CharField(_("Topic"), max_length=60, blank=True)
    number = models.PositiveSmallIntegerField(_("How many"), null=True, blank=True)

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["quiz", "order"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "order"], name="draw_order_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=1, number__lte=MAX_QUESTIONS),
                name="draw_number_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} × {self.bank_id} {self.topic}"


class Attempt(models.Model):
    """One attempt of one member, with the paper that was drawn for it.

    ``draft`` is what the page saved last; it counts when the clock ends the attempt. ``saves``
    numbers the savings of the page, so that a late one never overwrites a newer one. ``due_at`` is
    fixed at the beginning: later changes of the quiz move nobody's end. Points are hundredths.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="taken")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quiz_attempts"
    )
    period = models.CharField(_("Period"), max_length=20, blank=True, default="")
    number = models.PositiveSmallIntegerField(_("Attempt"))
    seed = models.BigIntegerField()
    paper = models.TextField(max_length=16_000)
    draft = models.TextField(max_length=MAX_DRAFT, default="{}")
    saves = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(_("Saved"), null=True, blank=True)
    started_at = models.DateTimeField(_("Begun"))
    due_at = models.DateTimeField(_("Ends"), null=True, blank=True)
    grace_seconds = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(
        _("State"), max_length=20, choices=AttemptState.choices, default=AttemptState.OPEN
    )
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    points = models.PositiveIntegerField(_("Points, in hundredths"), default=0)
    possible = models.PositiveIntegerField(_("Points possible, in hundredths"), default=0)
    permille = models.PositiveSmallIntegerField(_("Reached, in thousandths"), default=0)
    passed = models.BooleanField(_("Passed"), default=False)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["quiz", "member", "period", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "member", "period", "number"], name="attempt_number_once"
            ),
            models.UniqueConstraint(
                fields=["quiz", "member"], condition=Q(state="open"), name="attempt_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AttemptState.values), name="attempt_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__gte=F("started_at"))),
                name="attempt_ends_after_beginning",
            ),
            models.CheckConstraint(
                condition=Q(permille__lte=1000) & Q(points__lte=F("possible")),
                name="attempt_points_in_range",
            ),
            models.CheckConstraint(
                condition=Q(seed__gte=0, seed__lt=SEEDS), name="attempt_seed_in_range"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "quiz"], name="attempt_of_member"),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="attempt_running"),
            models.Index(
                fields=["ended_at"], condition=Q(ended_at__isnull=False), name="attempt_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.quiz_id} {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it has not ended; its time may nevertheless be over."""
        return self.state == AttemptState.OPEN


class Response(models.Model):
    """What was answered to one question of an attempt that has ended, and what it earned."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="responses")
    place = models.PositiveSmallIntegerField(_("Place on the paper"))
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="responses")
    version = models.PositiveIntegerField(_("Version"))
    answer = models.TextField(max_length=2000, blank=True)
    points = models.PositiveIntegerField(_("Points, in hundredths"))
    possible = models.PositiveIntegerField(_("Points possible, in hundredths"))

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["attempt", "place"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "place"], name="response_place_once"),
            models.CheckConstraint(
                condition=Q(points__lte=F("possible")), name="response_points_in_range"
            ),
        ]
        indexes = [models.Index(fields=["question", "version"], name="response_of_question")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.place}"


class SheetUpload(models.Model):
    """A spreadsheet that was read and shown row by row, and waits for a yes.

    ``rows``: the readable rows as JSON (``sheets.Row``). Each author has one per bank, for a day.
    """

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="uploads")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="question_sheets"
    )
    name = models.CharField(_("Name of the file"), max_length=255)
    rows = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("uploaded sheet of questions")
        verbose_name_plural = _("uploaded sheets of questions")
        constraints = [
            models.UniqueConstraint(fields=["bank", "author"], name="question_sheet_one_waiting")
        ]

    def __str__(self) -> str:
        return self.name
