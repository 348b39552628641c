"""A lesson that many members have open: run as a program in the hall's environment.

python -m benchmarks.lessons COUNT     prints JSON: [[lease, member, lesson], …]
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Make them with few statements."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "liveclass.settings"
    import django

    django.setup()
    from django.utils import timezone

    from courses.catalog.models import Course, Lesson, Section
    from courses.completion.models import Lease
    from members.accounts.models import Member

    now = timezone.now()
    author = Member.objects.order_by("pk").first()
    course = Course.objects.create(code="B", title="B", author=author)
    section = Section.objects.create(course=course, order=1)
    lesson = Lesson.objects.create(section=section, order=1, kind="video", title="B")
    members = Member.objects.order_by("-pk").values_list("pk", flat=True)[: int(sys.argv[1])]
    leases = Lease.objects.bulk_create(
        [
            Lease(member_id=one, lesson=lesson, version=1, ticks=200, filled_at=now, opened_at=now)
            for one in members
        ],
        batch_size=500,
    )
    print(json.dumps([[one.pk, one.member_id, lesson.pk] for one in leases]))


if __name__ == "__main__":
    main()
