"""A program for ``hall.py``: adds many members to a prepared database, prints their numbers.

    python -m benchmarks.bulk COUNT

Names are short, so that a chat line of one of them is an event of about 200 bytes.
"""

from __future__ import annotations

import json
import os
import sys

BATCH = 500


def main(count: int) -> None:
    """One line of JSON on stdout: the primary keys."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "liveclass.settings"
    import django

    django.setup()
    from members.accounts.models import Member

    department = Member.objects.get(name="ann").department
    Member.objects.bulk_create(
        (
            Member(staff_no=f"B{number}", name=f"m{number}", department=department)
            for number in range(count)
        ),
        batch_size=BATCH,
    )
    added = Member.objects.filter(staff_no__startswith="B").order_by("pk")
    sys.stdout.write(json.dumps(list(added.values_list("pk", flat=True))) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
