"""``manage.py protocol``: write the generated files of the wire, or check that they are fresh."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from realtime.protocol import export


class Command(BaseCommand):
    """TypeScript, JSON schema and documentation from the message types."""

    help = "Write the TypeScript, the JSON schema and the documentation of the room protocol."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """``--check`` changes nothing."""
        parser.add_argument("--check", action="store_true", help="exit with 1 when one is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Name each file that was written, or is stale."""
        if check and (stale := export.stale()):
            names = ", ".join(map(str, stale))
            raise CommandError(f"stale: {names}. Run `manage.py protocol`.")
        if not check:
            for path in export.write():
                self.stdout.write(f"written: {path}")
