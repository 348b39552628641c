"""Who belongs to a session, and how long she was there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.activities.intervals import STALE, Stretch, unix
from courses.activities.models import Activity, Attendance, Session, Source
from members.accounts.models import Member
from members.units.models import UnitClosure, UnitRole

RoleName = Literal["host", "assistant", "member"]


def find_session(code: str) -> Session:
    """The session behind ``code``, with its activity and lecturer.

    Raises:
        Session.DoesNotExist: nothing has this code.
    """
    related = "activity__lecturer__department"
    return Session.objects.select_related(related).get(code=code)


def audience(activity: Activity) -> QuerySet[Member]:
    """Active members for whom ``activity`` is meant, sub-units and sub-groups included."""
    people = Member.objects.filter(is_active=True)
    if activity.audience_everyone:
        return people
    units = UnitClosure.objects.filter(ancestor__in=activity.audience_units.all())
    below = units.values("descendant")
    in_group = UnitRole.objects.filter(unit__in=below).values("member")
    return people.filter(Q(department__in=below) | Q(pk__in=in_group))


def in_audience(activity: Activity, member: Member) -> bool:
    """Whether ``activity`` is meant for ``member``."""
    return audience(activity).filter(pk=member.pk).exists()


def expected(session: Session) -> QuerySet[Member]:
    """Those who should attend: exactly the people whose ``role_in`` the session is member."""
    activity = session.activity
    helpers = activity.assistants.values("pk")
    members = audience(activity).filter(is_platform_admin=False)
    return members.exclude(pk=activity.lecturer_id).exclude(pk__in=helpers)


def expected_count(session: Session) -> int:
    """How many people should attend ``session``."""
    return expected(session).count()


def role_in(session: Session, member: Member) -> RoleName | None:
    """What ``member`` is in ``session``; None when it is not meant for her.

    A platform admin may look after every class and therefore enters as assistant.
    """
    activity = session.activity
    if not member.is_active:
        return None
    if activity.lecturer_id == member.pk:
        return "host"
    if member.is_platform_admin or activity.assistants.filter(pk=member.pk).exists():
        return "assistant"
    return "member" if in_audience(activity, member) else None


def roles_in(session: Session, members: Iterable[int]) -> dict[int, RoleName]:
    """``role_in`` of many at once, three queries; those for whom ``session`` is not are absent."""
    activity = session.activity
    people = Member.objects.filter(pk__in=list(members), is_active=True)
    admins = dict(people.values_list("pk", "is_platform_admin"))
    assistants = set(activity.assistants.filter(pk__in=admins).values_list("pk", flat=True))
    meant = set(audience(activity).filter(pk__in=admins).values_list("pk", flat=True))
    roles: dict[int, RoleName] = {}
    for member, is_admin in admins.items():
        if member == activity.lecturer_id:
            roles[member] = "host"
        elif is_admin or member in assistants:
            roles[member] = "assistant"
        elif member in meant:
            roles[member] = "member"
    return roles


def active(members: Iterable[int]) -> set[int]:
    """Those of ``members`` whose accounts are not closed."""
    people = Member.objects.filter(pk__in=list(members), is_active=True)
    return set(people.values_list("pk", flat=True))


def may_manage(activity: Activity, member: Member) -> bool:
    """Whether ``member`` may change the class and read its summary with everybody's presence."""
    return (
        member.is_platform_admin
        or member.pk in (activity.lecturer_id, activity.created_by_id)
        or activity.assistants.filter(pk=member.pk).exists()
    )


def _meant_for(member: Member) -> Q:
    """Activities whose audience contains ``member``."""
    groups = UnitRole.objects.filter(member=member).values("unit")
    above = UnitClosure.objects.filter(
        Q(descendant=member.department_id) | Q(descendant__in=groups)
    ).values("ancestor")
    units = Activity.audience_units.through.objects.filter(
        activity=OuterRef("activity"), unit__in=above
    )
    return Q(activity__audience_everyone=True) | Q(Exists(units))


def classes_for(member: Member) -> QuerySet[Session]:
    """Sessions that concern ``member``: meant for her, held, assisted or scheduled by her.

    In order of their start, each once, with activity, lecturer and room loaded. No rehearsals. A
    platform admin sees all of them.
    """
    sessions = Session.objects.select_related("activity__lecturer__department", "room")
    sessions = sessions.filter(rehearses__isnull=True).order_by("starts_at", "pk")
    if member.is_platform_admin:
        return sessions
    assisted = Activity.assistants.through.objects.filter(
        activity=OuterRef("activity"), member=member
    )
    own = Q(activity__lecturer=member) | Q(activity__created_by=member) | Q(Exists(assisted))
    return sessions.filter(own | _meant_for(member))


def attendance_of(session_id: int, member_id: int) -> list[Attendance]:
    """All stretches of one member in one session, in order."""
    rows = Attendance.objects.filter(session=session_id, member=member_id)
    return list(rows.order_by("started_at", "pk"))


def attendance_by_member(
    session_id: int, members: list[int] | None = None
) -> dict[int, list[Attendance]]:
    """Stretches of everybody (or of ``members``) in a session, one query."""
    rows = Attendance.objects.filter(session=session_id).order_by("started_at", "pk")
    if members is not None:
        rows = rows.filter(member__in=members)
    found: dict[int, list[Attendance]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(row)
    return found


def presence_within(
    session_id: int, members: Iterable[int], began: datetime, until: datetime
) -> dict[int, list[tuple[int, Stretch]]]:
    """Live and hall presence of ``members`` in other sessions from ``began`` to ``until``: the
    other session's id and the stretch, per member."""
    found: dict[int, list[tuple[int, Stretch]]] = {}
    there = Q(seen_at__gt=began) | Q(ended_at__isnull=True)
    rows = Attendance.objects.filter(there, started_at__lt=until, member__in=list(members))
    real = rows.filter(session__rehearses__isnull=True)  # what proves nothing takes nothing away
    for row in real.exclude(session=session_id).exclude(source=Source.REPLAY):
        found.setdefault(row.member_id, []).append((row.session_id, stretch(row, until)))
    return found


def to_be_counted(limit: int = 50) -> list[Session]:
    """Sessions that have ended and whose hours were not written yet, oldest first."""
    rows = Session.objects.filter(
        held_to__isnull=False, counted_at__isnull=True, rehearses__isnull=True
    )
    return list(rows.select_related("activity__lecturer").order_by("held_to")[:limit])


def stretch(row: Attendance, now: datetime) -> Stretch:
    """One row as numbers; a running one reaches to ``now`` while it is certified, no further."""
    running = now if now - row.seen_at <= STALE else row.seen_at
    end = max(row.ended_at or running, row.started_at)
    return unix(row.started_at), unix(end)
