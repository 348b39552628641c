"""``manage.py verify_ledger``: is the ledger what was written?"""

from __future__ import annotations

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.credits.sealing import Head, seal, verify

HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class Command(BaseCommand):
    """Checks every link of the hash chain, from the first entry to the last."""

    help = "Check the hash chain of the ledger; prints its head, or the first entry that is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--head`` and ``--seal``."""
        parser.add_argument("--head", default="", help="a head noted earlier (number:digest)")
        parser.add_argument("--seal", action="store_true", help="seal new entries first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when something is wrong."""
        if options["seal"]:
            seal()
        found = verify(_head(options["head"]))
        if found.fault:
            raise CommandError(f"The ledger is not what was written: {found.fault}.")
        self.stdout.write(
            f"{found.head.number} entries, chain complete; {found.unsealed} not sealed yet\n"
            f"head {found.head}"
        )


def _head(text: str) -> Head | None:
    if not text:
        return None
    match = HEAD.fullmatch(text.strip())
    if match is None:
        raise CommandError("--head looks like 4812:3c9e…, as this command printed it.")
    return Head(int(match[1]), match[2])
