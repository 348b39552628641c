"""Reads behind the summary page and its files, as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activities.intervals import Stretch, moment, unix
from courses.activities.models import Session
from courses.activities.queries import attendance_of, may_manage, stretch
from liveclass.chat.models import Message
from liveclass.chat.queries import all_lines, newest_lines
from liveclass.classes.names import language, name_of, unit_of
from liveclass.polls.queries import choices_of, results
from liveclass.polls.tally import percent
from liveclass.questions.models import QuestionPhase
from liveclass.questions.queries import all_questions, questions_for
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Role, Room
from liveclass.rooms.queries import PersonSummary
from liveclass.rooms.queries import summary as everybody
from liveclass.summary import records
from liveclass.summary.records import MessageRow, OptionRow, PersonRow, PollRow, QuestionRow
from liveclass.summary.timeline import counted, draw
from members.accounts.models import Member
from members.units.models import Unit, UnitClosure, UnitRole, UnitRoleKind
from realtime.protocol.state import ChatLine, Person, PollState, QuestionState


def sees_everything(session: Session, member: Member) -> bool:
    """Whether ``member`` reads everybody's presence: who manages the class, or its audience."""
    return may_manage(session.activity, member) or _administers_audience(session, member)


def _administers_audience(session: Session, member: Member) -> bool:
    """Admin of a unit the class is meant for (or of one above it); of the whole for everyone."""
    activity = session.activity
    if activity.audience_everyone:
        meant = Unit.objects.filter(parent=None)
    else:
        meant = activity.audience_units.all()
    above = UnitClosure.objects.filter(descendant__in=meant).values("ancestor")
    roles = UnitRole.objects.filter(member=member, role=UnitRoleKind.ADMIN, unit__in=above)
    return roles.exists()


def people(session: Session, room: Room, zone: ZoneInfo) -> list[PersonRow]:
    """Everybody expected and everybody who came, with what counted; ``room`` was started."""
    return [_person_row(one, room, zone) for one in everybody(session)]


def turnout(rows: Iterable[PersonRow]) -> records.Turnout:
    """How many of ``rows`` were expected and came; those who hold the class are not turnout."""
    audience = [row for row in rows if row.expected]
    return records.Turnout(
        expected=len(audience),
        present=sum(row.present for row in audience),
        complete=sum(row.complete for row in audience),
    )


def own_time(session: Session, room: Room, member: Member, zone: ZoneInfo) -> PersonRow:
    """What counted of the reader herself."""
    began, ended = lasted(room)
    parts = [stretch(row, ended) for row in attendance_of(session.pk, member.pk)]
    counts = counted(unix(began), unix(ended), parts)
    return _row(member, Role.MEMBER, True, counts, room, zone)


def lasted(room: Room) -> tuple[datetime, datetime]:
    """When the class began and ended; until now while it runs. ``room`` was started."""
    now = timezone.now()
    return room.started_at or now, room.ended_at or now


def messages(session: Session, zone: ZoneInfo) -> list[MessageRow]:
    """All chat lines in order. A recalled line has lost its text."""
    return _message_rows(all_lines(session), zone)


def newest_messages(room: Room, zone: ZoneInfo) -> list[MessageRow]:
    """The newest chat lines in order, as many as a snapshot carries."""
    return _message_rows(newest_lines(room.pk), zone)


def message_count(room: Room) -> int:
    """How many lines were written, recalled ones included."""
    return Message.objects.filter(room=room).count()


def questions(session: Session, zone: ZoneInfo, reader: Member | None = None) -> list[QuestionRow]:
    """Questions, most wanted first. A ``reader`` does not see what was set aside, but her own."""
    if reader is None:
        found = all_questions(session)
    else:
        found = questions_for(Actor(session.room.pk, session.code, reader.pk, "member"))
    numbers = _staff_numbers(one.author.id for one in found)
    wanted = sorted(found, key=lambda one: (-one.votes, one.id))
    return [_question_row(one, numbers, zone) for one in wanted]


def polls(
    session: Session, zone: ZoneInfo, reader: Member, *, published_only: bool
) -> list[PollRow]:
    """Polls that were opened, in that order, with the reader's own choice marked."""
    mine = choices_of(Actor(session.room.pk, session.code, reader.pk, "member"))
    found = [poll for poll in results(session) if poll.published or not published_only]
    found.sort(key=lambda poll: poll.opened_at or 0)
    return [_poll_row(poll, mine.get(poll.id, []), zone) for poll in found]


def _staff_numbers(members: Iterable[int]) -> dict[int, str]:
    """Names are not unique: tables name the staff number beside them."""
    return dict(Member.objects.filter(pk__in=set(members)).values_list("pk", "staff_no"))


def _name(person: Person) -> str:
    return person.name if language().startswith("zh") else person.latin or person.name


def _remover(by: Person | None) -> str:
    """Name and role: staff answer for what they remove."""
    if by is None:
        return ""
    return _("%(name)s (%(role)s)") % {"name": _name(by), "role": Role(by.role).label}


def _person_row(one: PersonSummary, room: Room, zone: ZoneInfo) -> PersonRow:
    return _row(one.member, one.role, one.expected, one.stretches, room, zone)


def _row(
    member: Member, role: str, expected: bool, parts: list[Stretch], room: Room, zone: ZoneInfo
) -> PersonRow:
    began, ended = lasted(room)
    return PersonRow(
        staff_no=member.staff_no,
        name=name_of(member),
        unit=unit_of(member.department),
        role=role,
        role_name=str(Role(role).label),
        expected=expected,
        line=draw(unix(began), unix(ended), parts),
        stretches=tuple((_local(start, zone), _local(until, zone)) for start, until in parts),
    )


def _message_rows(lines: list[ChatLine], zone: ZoneInfo) -> list[MessageRow]:
    numbers = _staff_numbers(line.author.id for line in lines)
    return [
        MessageRow(
            at=_local(line.at, zone),
            staff_no=numbers[line.author.id],
            author=_name(line.author),
            role_name=str(Role(line.author.role).label),
            text=line.text,
            recalled=line.recalled,
            recalled_by=_remover(line.recalled_by),
            by_author=line.recalled_by is not None and line.recalled_by.id == line.author.id,
        )
        for line in lines
    ]


def _question_row(one: QuestionState, numbers: dict[int, str], zone: ZoneInfo) -> QuestionRow:
    return QuestionRow(
        at=_local(one.at, zone),
        staff_no=numbers[one.author.id],
        author=_name(one.author),
        text=one.text,
        votes=one.votes,
        phase=one.phase,
        phase_name=str(QuestionPhase(one.phase).label),
        answer=one.answer,
        answered_at=_local(one.answered_at, zone) if one.answered_at else None,
    )


def _poll_row(poll: PollState, mine: list[int], zone: ZoneInfo) -> PollRow:
    votes = {count.option: count.votes for count in poll.counts or []}
    return PollRow(
        question=poll.question,
        multiple=poll.multiple,
        published=poll.published,
        voters=poll.voters,
        opened_at=_local(poll.opened_at, zone) if poll.opened_at else None,
        options=tuple(
            OptionRow(
                text=option.text,
                votes=votes.get(option.id, 0),
                percent=percent(votes.get(option.id, 0), poll.voters),
                mine=option.id in mine,
            )
            for option in poll.options
        ),
    )


def _local(unix_seconds: float, zone: ZoneInfo) -> datetime:
    return timezone.localtime(moment(unix_seconds), zone)
