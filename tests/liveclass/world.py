"""A small organisation with one class: the people every rule of the room is tried on."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.utils import timezone

from courses.activities.models import Session
from liveclass.attendance import actions as attendance
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from members.accounts.models import Member
from members.units.models import Unit, UnitClosure, UnitRole
from realtime.hub import hub
from realtime.protocol.refusals import Refusal

T = TypeVar("T")
_numbers = itertools.count(1)


def new_id() -> str:
    """The id a page would give a command."""
    return str(uuid.uuid4())


def make_unit(name: str, kind: str = "department", parent: Unit | None = None) -> Unit:
    """A unit with its closure rows."""
    unit = Unit.objects.create(
        kind=kind, code=f"u{next(_numbers)}", name_zh=name, name_en=f"{name} (en)", parent=parent
    )
    UnitClosure.objects.create(ancestor=unit, descendant=unit, depth=0)
    if parent is not None:
        for above in UnitClosure.objects.filter(descendant=parent):
            UnitClosure.objects.create(
                ancestor_id=above.ancestor_id, descendant=unit, depth=above.depth + 1
            )
    return unit


def make_member(name: str, department: Unit | None = None, **fields: Any) -> Member:
    """A member without a password."""
    return Member.objects.create(
        staff_no=f"T{next(_numbers)}", name=name, name_latin=name.title(),
        department=department, **fields,
    )  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """One announcement: ``durable``, ``keyed``, ``private`` or ``kick``."""

    kind: str
    room: str
    event: Any
    to: str = "all"
    member: int = 0
    key: str = ""


@dataclass
class World:
    """Host, assistant and two members of one department; a stranger of another; an admin."""

    host: Actor
    assistant: Actor
    ann: Actor
    bob: Actor
    stranger: Member
    admin: Member
    session: Session
    people: dict[str, Member]
    capture: Callable[..., Any]
    heard: list[Heard] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The code of the class."""
        return self.session.code

    @property
    def room(self) -> Room:
        """The room as the database has it now."""
        return Room.objects.get(session=self.session)

    def run(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As the writer does it: a transaction with a savepoint, announcements after it."""
        with self.capture(execute=True), transaction.atomic():
            return work(*args, **kwargs)

    def do(self, action: Callable[..., int], actor: Actor, *args: Any, **kwargs: Any) -> int:
        """Run a command with a fresh id."""
        return self.run(action, actor, new_id(), *args, **kwargs)

    def enter(self, actor: Actor) -> None:
        """The first page of somebody is here."""
        self.run(attendance.enter, actor.room_id, [actor])

    def leave(self, actor: Actor) -> None:
        """The last page of somebody is gone."""
        self.run(attendance.leave, actor.room_id, [actor])

    def start(self) -> None:
        """Open the class and forget what was announced."""
        self.do(rooms.start_class, self.host)
        self.heard.clear()

    def end(self) -> None:
        """End the class and forget what was announced."""
        self.do(rooms.end_class, self.host)
        self.heard.clear()

    def events(self, kind: type[T]) -> list[T]:
        """The announced events of one type."""
        return [one.event for one in self.heard if isinstance(one.event, kind)]


def make_world(capture: Callable[..., Any], starts_at: datetime | None = None) -> World:
    """Everything above, the class starting in ten minutes."""
    works = make_unit("works")
    crew = make_unit("crew", parent=works)
    office = make_unit("office")
    people = {
        "host": make_member("host", office),
        "assistant": make_member("assistant", office),
        "ann": make_member("ann", crew),
        "bob": make_member("bob", works),
        "stranger": make_member("stranger", office),
        "admin": make_member("admin", office, is_platform_admin=True),
    }
    session = rooms.schedule_class(
        created_by=people["host"],
        title="Winter heating",
        starts_at=starts_at or timezone.now() + timedelta(minutes=10),
        minutes=90,
        lecturer=people["host"],
        assistants=[people["assistant"]],
        audience_units=[works],
    )
    room = Room.objects.get(session=session)

    def actor(name: str, role: Any) -> Actor:
        return Actor(room.pk, session.code, people[name].pk, role)

    return World(
        host=actor("host", "host"),
        assistant=actor("assistant", "assistant"),
        ann=actor("ann", "member"),
        bob=actor("bob", "member"),
        stranger=people["stranger"],
        admin=people["admin"],
        session=session,
        people=people,
        capture=capture,
    )


def refused(world: World, action: Callable[..., int], *args: Any) -> str:
    """The code with which a command is refused; a refusal announces nothing."""
    before = len(world.heard)
    with pytest.raises(Refusal) as info:
        world.do(action, *args)
    assert len(world.heard) == before
    return info.value.code


def make_group(member: Member, parent: Unit | None = None) -> Unit:
    """A group with one member in it."""
    group = make_unit("group", "group", parent)
    UnitRole.objects.create(unit=group, member=member, role="member")
    return group


def listen(monkeypatch: pytest.MonkeyPatch, heard: list[Heard]) -> None:
    """Write down every announcement of the hub."""

    def durable(room: str, event: Any) -> None:
        heard.append(Heard("durable", room, event))

    def keyed(room: str, key: str, event: Any, to: str = "all") -> None:
        heard.append(Heard("keyed", room, event, to=to, key=key))

    def private(room: str, member: int, event: Any) -> None:
        heard.append(Heard("private", room, event, to="one", member=member))

    def kick(room: str, member: int, code: Any) -> None:
        heard.append(Heard("kick", room, code, to="one", member=member))

    for name, call in (("durable", durable), ("keyed", keyed), ("private", private)):
        monkeypatch.setattr(hub, name, call)
    monkeypatch.setattr(hub, "kick", kick)
