#!/usr/bin/env python
"""Django's command line for LiveClass: ``manage.py help`` lists every command."""

import os
import sys


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liveclass.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as missing:
        hint = "Django is not installed here: run `make run`, or use .venv/bin/python manage.py."
        raise SystemExit(hint) from missing
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
