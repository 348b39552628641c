"""``manage.py recount``: the figures of the board, counted anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from courses.reports.actions import recount
from courses.reports.hours import actions as hours


class Command(BaseCommand):
    """Throws the kept figures away and counts them from what people did. Harmless at any time."""

    help = "Count the figures of the board anew / 重新计算学习情况统计"

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many figures there are."""
        self.stdout.write(f"{recount()} figures")
        self.stdout.write(f"{hours.recount()} standings in hours")
