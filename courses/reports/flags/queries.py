"""Reading flags: those one may look into, those about oneself."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from courses.credits.queries import writable_people
from courses.reports.flags.models import Flag, FlagPerson
from members.accounts.models import Member

PER_PAGE = 30
MINE_SHOWN = 20


@dataclass(frozen=True)
class Shown:
    """A flag as one reader may see it: people outside her units are a number."""

    flag: Flag
    people: list[FlagPerson]
    others: int

    @property
    def answered(self) -> int:
        """How many said what happened."""
        return sum(1 for one in self.people if one.said)


def reviewable(viewer: Member) -> QuerySet[Flag]:
    """Flags that ``viewer`` may look into: about somebody whose record she may correct, and not
    about herself. Those nobody has looked into first, then the newest."""
    people = FlagPerson.objects.filter(flag=OuterRef("pk"))
    found = Flag.objects.filter(Exists(people.filter(member__in=writable_people(viewer))))
    return found.exclude(Exists(people.filter(member=viewer))).select_related(
        "lesson__section__course", "settled_by"
    )


def waiting(viewer: Member) -> int:
    """How many of them nobody has looked into."""
    return reviewable(viewer).filter(outcome="").count()


def shown(viewer: Member, flags: list[Flag]) -> list[Shown]:
    """``flags`` with the people of each whom ``viewer`` may see."""
    rows = FlagPerson.objects.filter(flag__in=flags).select_related("member__department", "attempt")
    mine = set(
        writable_people(viewer).filter(pk__in=rows.values("member")).values_list("pk", flat=True)
    )
    seen: dict[int, list[FlagPerson]] = {one.pk: [] for one in flags}
    others = dict.fromkeys(seen, 0)
    for row in rows.order_by("member__staff_no"):
        if row.member_id in mine:
            seen[row.flag_id].append(row)
        else:
            others[row.flag_id] += 1
    return [Shown(one, seen[one.pk], others[one.pk]) for one in flags]


def about(member: Member) -> list[FlagPerson]:
    """What was noticed about ``member``, newest first."""
    rows = FlagPerson.objects.filter(member=member).select_related(
        "flag__lesson__section__course", "flag__settled_by"
    )
    return list(rows.order_by("-flag__raised_at", "-pk")[:MINE_SHOWN])
