"""Reads behind the summary page and its files, as the reader may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.activities.account import counted
from courses.activities.intervals import Stretch, moment, unix
from courses.activities.models import Session
from courses.activities.presence.queries import accounts, breaks_of
from courses.activities.queries import RoleName, may_manage
from liveclass.chat.models import Message
from liveclass.chat.queries import all_lines, newest_lines
from liveclass.classes.names import language, name_of, unit_of
from liveclass.polls.models import PollKind
from liveclass.polls.queries import Cast, choices_of, results
from liveclass.polls.tally import mean, percent, whole
from liveclass.questions.models import AsideReason, QuestionPhase
from liveclass.questions.queries import all_questions as every_question
from liveclass.questions.queries import nameless as own_nameless
from liveclass.questions.queries import questions_for
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Role, Room
from liveclass.rooms.queries import PersonSummary
from liveclass.rooms.queries import summary as everybody
from liveclass.summary import records
from liveclass.summary.reasons import Known, account_rows, everything_known
from liveclass.summary.records import (
    AccountRow,
    AnswerRow,
    MessageRow,
    OptionRow,
    PersonRow,
    PollRow,
    QuestionRow,
)
from liveclass.summary.timeline import draw
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
    found = everybody(session)
    known = everything_known(session, lasted(room), [one.member.pk for one in found])
    return [_person_row(one, room, zone, known) for one in found]


def turnout(rows: Iterable[PersonRow]) -> records.Turnout:
    """How many of ``rows`` were expected and came; those who hold the class are not turnout."""
    audience = [row for row in rows if row.expected]
    return records.Turnout(
        expected=len(audience),
        present=sum(row.present for row in audience),
        complete=sum(row.complete for row in audience),
    )


def own_time(
    session: Session, room: Room, member: Member, zone: ZoneInfo
) -> tuple[PersonRow, list[AccountRow]]:
    """What counted of the reader herself, and every stretch with what became of it."""
    began, ended = lasted(room)
    lines = accounts(session, [member.pk], began, ended).get(member.pk, [])
    known = Known(breaks=breaks_of(session.pk))
    row = _row(member, Role.MEMBER, True, counted(lines), room, zone, known)
    return row, account_rows(lines, zone)


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


def all_questions(session: Session, zone: ZoneInfo) -> list[QuestionRow]:
    """Questions, most wanted first, for the file: each has its row."""
    return _question_rows(every_question(session), set(), zone)


def questions(
    session: Session, zone: ZoneInfo, reader: Member, *, everything: bool
) -> list[QuestionRow]:
    """Questions, most wanted first; what was united stands with the one it was united with.

    Who does not see everything misses what was set aside, but not her own.
    """
    role: RoleName = "assistant" if everything else "member"
    found = questions_for(Actor(session.room.pk, session.code, reader.pk, role))
    nameless = own_nameless(session.room.pk, [reader.pk]).get(reader.pk, [])
    own = {one.id for one in found if one.author.id == reader.pk} | set(nameless)
    here = {one.id for one in found}
    rows = _question_rows(found, own, zone)
    heads = {one.id for one in found if one.into not in here}
    return [row for row in rows if row.id in heads]


def _question_rows(found: list[QuestionState], own: set[int], zone: ZoneInfo) -> list[QuestionRow]:
    numbers = _staff_numbers(one.author.id for one in found)
    united: dict[int | None, list[str]] = defaultdict(list)
    for one in found:
        united[one.into].append(one.text)
    wanted = sorted(found, key=lambda one: (-one.votes, one.id))
    return [_question_row(one, numbers, own, tuple(united[one.id]), zone) for one in wanted]


def polls(
    session: Session, zone: ZoneInfo, reader: Member, *, published_only: bool
) -> list[PollRow]:
    """Polls that were opened, in that order, with the reader's own choice marked."""
    mine = choices_of(Actor(session.room.pk, session.code, reader.pk, "member"))
    found = results(session, staff=not published_only)
    return [poll_row(poll, mine.get(poll.id), zone) for poll in found]


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


def _person_row(one: PersonSummary, room: Room, zone: ZoneInfo, known: Known) -> PersonRow:
    return _row(one.member, one.role, one.expected, one.stretches, room, zone, known)


def _row(
    member: Member, role: str, expected: bool, parts: list[Stretch], room: Room, zone: ZoneInfo,
    known: Known,
) -> PersonRow:  # fmt: skip
    began, ended = lasted(room)
    return PersonRow(
        staff_no=member.staff_no,
        name=name_of(member),
        unit=unit_of(member.department),
        role=role,
        role_name=str(Role(role).label),
        expected=expected,
        line=draw(unix(began), unix(ended), parts, known.breaks),
        stretches=tuple((_local(start, zone), _local(until, zone)) for start, until in parts),
        reason=known.away.get(member.pk, ""),
        missed=tuple(
            (_local(start, zone), _local(until, zone))
            for start, until in known.gaps.get(member.pk, ())
        ),
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


def _note(one: QuestionState) -> str:
    """Who set it aside or united it; why, in the fixed words and her own."""
    if one.united_by is not None:
        return _remover(one.united_by)
    if one.aside is None:
        return ""
    why = [str(AsideReason(one.aside.reason).label), one.aside.words]
    return " · ".join([_remover(one.aside.by), *(part for part in why if part)])


def _question_row(
    one: QuestionState,
    numbers: dict[int, str],
    own: set[int],
    united: tuple[str, ...],
    zone: ZoneInfo,
) -> QuestionRow:
    return QuestionRow(
        at=_local(one.at, zone),
        staff_no=numbers.get(one.author.id, ""),
        author=_name(one.author) if one.author.id else _("Anonymous"),
        text=one.text,
        votes=one.votes,
        id=one.id,
        note=_note(one),
        own=one.id in own,
        open=not one.answer and one.phase not in ("dismissed", "merged"),
        united=united,
        phase=one.phase,
        phase_name=str(QuestionPhase(one.phase).label),
        answer=one.answer,
        answered_at=_local(one.answered_at, zone) if one.answered_at else None,
    )


def poll_row(poll: PollState, mine: Cast | None, zone: ZoneInfo) -> PollRow:
    """One poll with its result, as the tables and pages show it."""
    votes = {count.option: count.votes for count in poll.counts or []}
    full = whole(poll.kind, poll.voters, len(poll.options))
    average = mean(poll.counts or []) if poll.kind == "rating" else None
    chosen = mine or Cast()
    return PollRow(
        id=poll.id,
        question=poll.question,
        kind=poll.kind,
        kind_name=str(PollKind(poll.kind).label),
        anonymous=poll.anonymous,
        round=poll.round,
        page=poll.page,
        published=poll.published,
        voters=poll.voters,
        whole=full,
        mean=f"{average:.1f}" if average is not None else "",
        explanation=poll.explanation,
        opened_at=_local(poll.opened_at, zone) if poll.opened_at else None,
        options=tuple(
            OptionRow(
                text=option_text(poll.kind, option.text),
                votes=votes.get(option.id, 0),
                percent=percent(votes.get(option.id, 0), full),
                mine=option.id in chosen.options and poll.kind != "ranking",
                correct=option.id in poll.correct,
            )
            for option in poll.options
        ),
        answers=tuple(
            AnswerRow(one.text, one.votes, one.text in chosen.answers, one.state == "hidden")
            for one in poll.answers or []
        ),
    )


def option_text(kind: str, text: str) -> str:
    """An option in the reader's language: those of true/false are the platform's own words."""
    if kind != "truefalse":
        return text
    return pgettext("answer", "True") if text == "true" else pgettext("answer", "False")


def _local(unix_seconds: float, zone: ZoneInfo) -> datetime:
    return timezone.localtime(moment(unix_seconds), zone)
