"""``manage.py work``: the worker process."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from realtime.parent import die_with_parent


class Command(BaseCommand):
    """Runs queued and periodic jobs until it is told to stop."""

    help = "Run background jobs: reminders, cleaning up."

    def handle(self, *args: Any, **options: Any) -> None:
        """Until SIGINT or SIGTERM."""
        die_with_parent()
        from liveclass.worker import run

        run()
