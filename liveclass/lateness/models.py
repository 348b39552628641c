"""Each time a class was put off, as it was told to its people. Rows are only added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.activities.models import Session


class Delay(models.Model):
    """The class begins at ``after`` instead of ``before``. The first row has the start that was
    announced, the session itself the one that holds now."""

    # PROTECT: who was told what is kept as long as the class.
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="delays")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.DateTimeField()
    after = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("delay of a class")
        verbose_name_plural = _("delays of classes")
        ordering = ["session", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(after__gt=F("before")), name="delay_is_later"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.before:%H:%M} {self.after:%H:%M}"
