"""``manage.py demo``: an invented company with people and classes around today."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone, translation

from liveclass.demo.lesson import ask_for_film
from liveclass.demo.load import Loaded, bring_to_today, load
from members.accounts.models import Member

WORDS = 4
"""Groups of four signs in a generated password: 4 × 20 bits."""
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"

ACCOUNTS = (
    ("1005", "lecturer of the class that can be started now / 讲师，可以马上开课"),
    ("1007", "teaching assistant of that class / 助教"),
    ("1013", "member, operator of crew 1 / 学员，运行一值"),
    ("1024", "another member, was in yesterday's class / 另一位学员，听过昨天的课"),
    ("1058", "contractor, outside the audience: is refused / 外委人员，不在参训范围内"),
    ("1011", "branch secretary, may schedule classes / 支部书记，可以安排课程"),
    ("1002", "platform admin, sees everything / 平台管理员"),
)
"""Whom to sign in as, and why."""


class Command(BaseCommand):
    """Loads the demo once; again, it gives all demo accounts a new password."""

    help = "Load demo people and classes around today; prints the accounts and their password."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--if-empty`` and ``--password``."""
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing but bring demo classes to today when there are people already",
        )
        parser.add_argument(
            "--password",
            default="",
            help="password of all demo accounts (default: LIVECLASS_DEMO_PASSWORD, else random)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then print what a newcomer needs to sign in."""
        if options["if_empty"] and Member.objects.exists():
            bring_to_today(timezone.now())
            ask_for_film()
            return
        if settings.PRODUCTION:
            raise CommandError(
                "Demo accounts share one password: not with LIVECLASS_ENV=production."
            )
        password = options["password"] or settings.DEMO_PASSWORD or generated_password()
        with translation.override(settings.LANGUAGE_CODE):
            loaded = load(password, Path(settings.DATA_DIR))
        self._print(loaded, password)

    def _print(self, loaded: Loaded, password: str) -> None:
        names = dict(Member.objects.values_list("staff_no", "name"))
        room = reverse("classes:detail", args=[loaded.now.code])
        rows = [f"  {number}  {names[number]}  {why}" for number, why in ACCOUNTS]
        lines = [
            "Demo accounts / 演示账号",
            *rows,
            f"Password of all / 统一密码: {password}",
            "It is stored as a hash only and not printed again / 只显示这一次",
            f"Class to start now / 现在可以开的课: {room}",
            f"Slides to share / 可共享的课件: {loaded.slides}",
        ]
        self.stdout.write("\n".join(lines))


def generated_password() -> str:
    """A password nobody knew before; easy to type: four groups of four signs."""
    groups = ("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(WORDS))
    return "-".join(groups)
