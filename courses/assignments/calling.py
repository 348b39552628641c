"""People as somebody types them: by staff number, or by name where it is nobody else's."""

from __future__ import annotations

import re
from collections import defaultdict

from django.db.models import Q
from django.utils.translation import gettext as _

from courses.assignments.audience import MAX_PEOPLE
from courses.assignments.queries import administered
from members.accounts.models import Member, normal_staff_no

_BETWEEN = re.compile(r"[,，、;；\r\n]+")
TOLD = 5
"""Names that a sentence tells."""


class Unknown(ValueError):
    """Somebody who was typed is nobody, or could be several; ``sentence`` says who."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def named(by: Member, typed: str) -> list[int]:
    """The keys of the people in ``typed``, in order, each once. Staff numbers may also stand with
    only blanks between them. Names are looked for among the people whom ``by`` answers for.

    Raises:
        Unknown: too many; nobody is called so; several are.
    """
    wanted = [one.strip() for one in _BETWEEN.split(typed) if one.strip()]
    words = {*wanted, *(word for one in wanted for word in one.split())}
    if len(words) > 2 * MAX_PEOPLE:
        raise Unknown(_("At most %(n)d people.") % {"n": MAX_PEOPLE})
    numbers, names = _by_number(words), _by_name(by, words)
    found: set[int] = set()
    missing: list[str] = []
    for one in wanted:
        for word in [one] if _is_known(one, numbers, names) else one.split():
            if key := numbers.get(normal_staff_no(word)):
                found.add(key)
            elif word in names:
                found.add(_only(word, names[word]))
            else:
                missing.append(word)
    if missing:
        told = ", ".join(missing[:TOLD])
        raise Unknown(_("Nobody has these staff numbers or names: %(names)s") % {"names": told})
    if len(found) > MAX_PEOPLE:
        raise Unknown(_("At most %(n)d people.") % {"n": MAX_PEOPLE})
    return sorted(found)


def _is_known(one: str, numbers: dict[str, int], names: dict[str, dict[str, int]]) -> bool:
    return normal_staff_no(one) in numbers or one in names


def _only(name: str, called: dict[str, int]) -> int:
    if len(called) > 1:
        told = ", ".join(sorted(called)[:TOLD])
        values = {"name": name, "numbers": told}
        raise Unknown(_("Several people are called %(name)s: %(numbers)s") % values)
    return next(iter(called.values()))


def _by_number(words: set[str]) -> dict[str, int]:
    rows = Member.objects.filter(staff_no__in={normal_staff_no(one) for one in words})
    return dict(rows.values_list("staff_no", "pk"))


def _by_name(by: Member, words: set[str]) -> dict[str, dict[str, int]]:
    """Name → staff number → key."""
    rows = Member.objects.filter(Q(name__in=words) | Q(name_latin__in=words), is_active=True)
    if not by.is_platform_admin:
        rows = rows.filter(department__in=administered(by))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for key, number, name, latin in rows.values_list("pk", "staff_no", "name", "name_latin"):
        for called in {name, latin} & words:
            found[called][number] = key
    return found
