"""``manage.py doctor``: is this installation well, and if not, what helps."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from liveclass.operations.doctor import examine
from liveclass.operations.finding import as_data

MEMBERS = 1000


class Command(BaseCommand):
    """Looks at everything and changes nothing; works whether the platform runs or not."""

    help = "Check this installation, one line for each thing, with advice. Changes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """``--json``, ``--members`` and ``--language``."""
        languages = [code for code, _ in settings.LANGUAGES]
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")
        parser.add_argument(
            "--members", type=int, default=MEMBERS, help="members one process should hold"
        )
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the findings; exit code 1 when something does not work."""
        with translation.override(options["language"]):
            findings = []
            for finding in examine(options["members"]):
                findings.append(finding)
                if not options["json"]:
                    self.stdout.write(finding.line)
        data = as_data(findings)
        if options["json"]:
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
        if not data["ok"]:
            sys.exit(1)
