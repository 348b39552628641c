"""``manage.py reseal``: seal whispers anew after their secret was turned."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liveclass.whisper import vault
from liveclass.whisper.keeping import reseal


class Command(BaseCommand):
    """Whatever an older secret sealed is sealed with the first of WHISPER_SECRETS."""

    help = "Seal whispers anew with the first of WHISPER_SECRETS; then the others can go."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many; fail when something cannot be opened with any secret."""
        if not vault.ring():
            raise CommandError("WHISPER_SECRETS is not set: there are no whispers here.")
        turned, lost = reseal()
        self.stdout.write(f"sealed anew: {turned}")
        if lost:
            raise CommandError(f"{lost} rows cannot be opened: a secret is missing.")
