"""Reading people."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from members.accounts.models import Member, normal_staff_no
from members.units.models import Unit
from members.units.queries import people_filter


def active_members() -> QuerySet[Member]:
    """Everybody who may sign in, with the department, by staff number."""
    return Member.objects.filter(is_active=True).select_related("department")


def members_in(units: Iterable[Unit | int]) -> QuerySet[Member]:
    """Active people in one of ``units`` or below, each once."""
    return active_members().filter(people_filter(units))


def find_for_sign_in(typed: str) -> Member | None:
    """Whose account is meant by a staff number or an e-mail address, in any case; or nobody's."""
    wanted = typed.strip()
    if "@" in wanted:
        return Member.objects.filter(email__iexact=wanted).first()
    return Member.objects.filter(staff_no=normal_staff_no(wanted)).first()
