"""Deck: a file of slides in a room, how far it has been shown, and the strokes on its pages."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Room
from liveclass.slides.limits import MAX_BYTES, MAX_PAGES


class DeckState(models.TextChoices):
    """What has become of a file."""

    ARRIVING = "arriving", _("Being sent")
    CHECKING = "checking", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Not usable")


class Tool(models.TextChoices):
    """What a stroke is drawn with."""

    PEN = "pen", _("Pen")
    MARKER = "marker", _("Highlighter")


class Deck(models.Model):
    """One file of slides. ``offset`` of ``size`` bytes are here; ``pages`` when it is ready.

    ``page`` is the one shown last, ``reached`` the furthest one that was shown while the
    class was live: members see nothing behind it unless ``downloads`` are allowed. ``ends`` is
    the length of the served file, in bytes, that ends with each page.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="decks")
    folder = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=DeckState.choices, default=DeckState.ARRIVING)
    error = models.CharField(max_length=30, blank=True)
    pages = models.PositiveIntegerField(default=0)
    ends = models.JSONField(default=list)
    page = models.PositiveIntegerField(default=1)
    reached = models.PositiveIntegerField(default=0)
    downloads = models.BooleanField(default=False)
    on_stage = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("slides")
        verbose_name_plural = _("slides")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(on_stage=True), name="deck_on_stage_once"
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MAX_BYTES, offset__lte=F("size")),
                name="deck_size_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(pages__gte=1, pages__lte=MAX_PAGES),
                name="deck_ready_has_pages",
            ),
            models.CheckConstraint(
                condition=Q(on_stage=False) | Q(state="ready"), name="deck_on_stage_is_ready"
            ),
            models.CheckConstraint(
                condition=Q(page__gte=1)
                & (Q(pages=0, page=1) | Q(page__lte=F("pages")))
                & Q(reached__lte=F("pages")),
                name="deck_page_in_deck",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") | Q(error=""), name="deck_error_when_failed"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stroke(models.Model):
    """One line drawn on one page. ``points`` are x, y, x, y, … in ten thousandths of the page."""

    deck = models.ForeignKey(Deck, on_delete=models.CASCADE, related_name="strokes")
    page = models.PositiveIntegerField()
    tool = models.CharField(max_length=10, choices=Tool.choices)
    colour = models.PositiveSmallIntegerField()
    points = models.JSONField()

    class Meta:
        verbose_name = _("stroke")
        verbose_name_plural = _("strokes")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(tool__in=Tool.values), name="stroke_tool_known"),
            models.CheckConstraint(condition=Q(colour__lte=3), name="stroke_colour_known"),
            models.CheckConstraint(condition=Q(page__gte=1), name="stroke_on_a_page"),
        ]
        indexes = [models.Index(fields=["deck", "page"], name="stroke_of_page")]

    def __str__(self) -> str:
        return f"{self.tool} on page {self.page} of {self.deck_id}"
