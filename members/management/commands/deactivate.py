"""``manage.py deactivate``: people who left, or are back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.accounts.actions import set_active
from members.accounts.models import Member, normal_staff_no


class Command(BaseCommand):
    """Deactivates all of the people named, or none of them when one is not known."""

    help = (
        "Deactivate people who left; nothing of theirs is deleted / 停用离职人员账号，资料全部保留"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """``deactivate [--again] STAFF_NO…``."""
        parser.add_argument("staff_no", nargs="+", help="staff numbers / 工号")
        parser.add_argument(
            "--again", action="store_true", help="let them back in instead / 改为重新启用"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many changed; refuses the whole list when a number is nobody's."""
        wanted = {normal_staff_no(one) for one in options["staff_no"]}
        found = dict(Member.objects.filter(staff_no__in=wanted).values_list("staff_no", "pk"))
        if unknown := sorted(wanted - found.keys()):
            raise CommandError(f"nobody has the number {', '.join(unknown)} / 没有此工号")
        changed = set_active(found.values(), active=options["again"])
        self.stdout.write(f"{changed} people changed / 已更改 {changed} 人")
