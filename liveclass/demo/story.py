"""Holds yesterday's demo class from beginning to end, through the actions every class uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from courses.activities.models import Session
from courses.activities.queries import expected, role_in
from liveclass.attendance import actions as attendance
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.demo import yesterday
from liveclass.demo.clock import borrowed
from liveclass.polls import actions as polls
from liveclass.polls.models import Option, Poll
from liveclass.questions import actions as questions
from liveclass.questions.models import Question
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from liveclass.whisper import actions as whispers
from liveclass.whisper import vault
from liveclass.whisper.models import Whisper, WhisperThread
from members.accounts.models import Member

HEARTBEAT = 30
"""Seconds between certificates of presence; less than the time after which it is doubted."""

Step = tuple[int, Callable[[], object]]
"""Seconds after the start, and what happens then."""


@dataclass
class Story:
    """One class being held: its people by staff number, and who is in the room at the moment."""

    session: Session
    people: dict[str, Member]
    present: set[int] = field(default_factory=set)
    commands: int = 0

    def actor(self, number: str) -> Actor:
        """The person with that staff number, in this room."""
        member = self.people[number]
        role = role_in(self.session, member) or "member"
        return Actor(self.session.room.pk, self.session.code, member.pk, role)

    def do(self, action: Callable[..., int], number: str, *args: object) -> int:
        """Carry out a command of somebody."""
        self.commands += 1
        return action(self.actor(number), f"demo-{self.commands:08d}", *args)

    def enter(self, number: str) -> None:
        """Somebody comes in."""
        attendance.enter(self.session.room.pk, [self.actor(number)])
        self.present.add(self.people[number].pk)

    def leave(self, number: str) -> None:
        """Somebody goes, or her network does."""
        attendance.leave(self.session.room.pk, [self.actor(number)])
        self.present.discard(self.people[number].pk)

    def heartbeat(self) -> None:
        """The server certifies who is there."""
        attendance.touch({self.session.code: self.present})


def hold(session: Session, people: dict[str, Member], began: datetime) -> None:
    """Let the class happen as ``yesterday`` tells it, beginning at ``began``."""
    story = Story(session, people)
    steps = sorted(_steps(story), key=lambda step: step[0])
    with borrowed(began) as clock:
        story.do(rooms.start_class, _host(story))
        for seconds, happen in steps:
            clock.now = began + timedelta(seconds=seconds)
            happen()
        clock.now = began + timedelta(seconds=yesterday.LENGTH)
        story.do(rooms.end_class, _host(story))


def _host(story: Story) -> str:
    return story.session.activity.lecturer.staff_no


def _steps(story: Story) -> Iterator[Step]:
    beats = range(HEARTBEAT, yesterday.LENGTH, HEARTBEAT)
    came = yesterday.presence(_expected(story))
    return chain(
        _comings(story, came),
        ((second, story.heartbeat) for second in beats),
        _chat(story),
        _questions(story, sorted(came)),
        _polls(story, sorted(came)),
        _whispers(story),
    )


def _expected(story: Story) -> list[str]:
    return list(expected(story.session).values_list("staff_no", flat=True))


def _comings(story: Story, came: dict[str, list[tuple[int, int]]]) -> Iterator[Step]:
    staff = {one.staff_no for one in story.session.activity.assistants.all()} | {_host(story)}
    everybody = came | {number: [(1, yesterday.LENGTH)] for number in staff}
    for number, stretches in everybody.items():
        for joined, left in stretches:
            yield joined, partial(story.enter, number)
            yield left, partial(story.leave, number)


def _chat(story: Story) -> Iterator[Step]:
    for place, line in enumerate(yesterday.CHAT):
        yield line.at, partial(story.do, chat.post, line.author, line.text)
        if line.recalled:
            yield line.at + 8, partial(_recall, story, line.author)
        if place == yesterday.PINNED:
            yield line.at + 10, partial(_pin, story, line.author)


def _newest_line(story: Story) -> int:
    return Message.objects.filter(room=story.session.room).latest("pk").pk


def _recall(story: Story, author: str) -> None:
    story.do(chat.recall, author, _newest_line(story))


def _pin(story: Story, author: str) -> None:
    story.do(chat.pin, author, _newest_line(story))


def _questions(story: Story, came: list[str]) -> Iterator[Step]:
    for asked in yesterday.QUESTIONS:
        yield asked.at, partial(story.do, questions.ask, asked.author, asked.text)
        others = [number for number in came if number != asked.author]
        for place, number in enumerate(others[: asked.votes]):
            yield asked.at + 5 + place, partial(_upvote, story, number, asked.text)
        if asked.answered_at is not None:
            yield asked.answered_at, partial(_answer, story, asked)


def _question(story: Story, text: str) -> int:
    return Question.objects.get(room=story.session.room, text=text).pk


def _upvote(story: Story, number: str, text: str) -> None:
    story.do(questions.upvote, number, _question(story, text), True)


def _answer(story: Story, asked: yesterday.Asked) -> None:
    story.do(questions.answer, _host(story), _question(story, asked.text), asked.answer)


def _polls(story: Story, came: list[str]) -> Iterator[Step]:
    prepared = list(Poll.objects.filter(room=story.session.room).order_by("pk"))
    times = zip(prepared, yesterday.POLL_TIMES, strict=True)
    for place, (poll, (opened, closed)) in enumerate(times):
        yield opened, partial(story.do, polls.open_poll, _host(story), poll.pk)
        options = list(Option.objects.filter(poll=poll).order_by("order"))
        for after, (number, chosen) in enumerate(sorted(yesterday.votes(place, came).items())):
            ballot = [options[chosen].pk]
            yield opened + 4 + after * 2, partial(_vote, story, number, poll.pk, ballot)
        yield closed, partial(story.do, polls.publish_poll, _host(story), poll.pk)


def _vote(story: Story, number: str, poll: int, ballot: list[int]) -> None:
    if story.people[number].pk in story.present:
        story.do(polls.cast_vote, number, poll, ballot)


def _whispers(story: Story) -> Iterator[Step]:
    for one in yesterday.WHISPERS if vault.ring() else ():
        yield one.at, partial(_whisper, story, one)
        if one.answered_at is not None:
            yield one.answered_at, partial(_reply, story, one)


def _whisper(story: Story, one: yesterday.Whispered) -> None:
    to = story.session.activity.lecturer_id
    story.do(whispers.send, one.author, to, one.text, one.anonymous)


def _reply(story: Story, one: yesterday.Whispered) -> None:
    threads = WhisperThread.objects.filter(room=story.session.room, sender__isnull=one.anonymous)
    thread = threads.latest("pk").pk
    letter = Whisper.objects.filter(thread=thread).latest("pk").pk
    story.do(whispers.read, _host(story), thread, letter)
    story.do(whispers.answer, _host(story), thread, one.answer)
