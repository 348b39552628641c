"""Lines of chat before those a snapshot carries: by place, and by what they say.

A cursor is the number of a line: ids grow with the class, so nothing is told twice and nothing is
left out while others go on writing.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from django.db.models import Q, QuerySet

from courses.activities.intervals import moment, unix
from courses.activities.models import Session
from liveclass.archive.folding import QUERY_CHARS, fold
from liveclass.chat.models import Message
from liveclass.chat.queries import line
from liveclass.recordings.queries import hidden_in
from liveclass.replay.queries import may_watch
from liveclass.rooms.models import Phase
from liveclass.rooms.queries import admit
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import ChatLine

PAGE = 60
"""Lines in one answer."""
HITS = 20
"""Lines found in one answer."""
SCANNED = 3000
"""Lines compared for one answer: 3 ms for ordinary lines, 70 ms for 3000 of the longest. The answer
says where to go on."""


class Stretch(msgspec.Struct, frozen=True):
    """Lines in their order, and whether there are others on either side."""

    lines: list[ChatLine]
    earlier: bool
    later: bool


class Found(msgspec.Struct, frozen=True):
    """Lines that say what was looked for, the newest first. ``before``: the cursor that goes on;
    None when everything was compared."""

    lines: list[ChatLine]
    before: int | None


def readable(session: Session, member: Member) -> QuerySet[Message]:
    """The lines ``member`` may read, recalled ones among them; without order.

    While the class runs: whoever may be in it. Afterwards also who may see its replay, and members
    see what the replay shows them.

    Raises:
        Refusal: ``not_in_audience``, ``removed``, ``lobby`` or ``locked``.
    """
    over = session.room.state == Phase.ENDED
    staff = False
    try:
        staff = admit(session.code, member).is_staff
    except Refusal:
        if not over or not may_watch(session, member):
            raise
    everything = Message.objects.filter(room=session.room.pk)
    return everything if staff or not over else everything.filter(_shown(session))


def _shown(session: Session) -> Q:
    """What a replay shows: neither what was hidden nor what was cut off."""
    shown = ~Q(pk__in=hidden_in(session.room.pk)[0])
    first, last, began = session.shown_from, session.shown_to, session.room.started_at
    if first is None or last is None or began is None:
        return shown
    return shown & Q(at__range=(moment(unix(began) + first), moment(unix(began) + last)))


def before(lines: QuerySet[Message], number: int) -> Stretch:
    """The newest lines before line ``number``."""
    rows, more = _page(lines.filter(pk__lt=number).order_by("-pk"), PAGE)
    return Stretch(rows[::-1], earlier=more, later=True)


def after(lines: QuerySet[Message], number: int) -> Stretch:
    """The oldest lines behind line ``number``."""
    rows, more = _page(lines.filter(pk__gt=number).order_by("pk"), PAGE)
    return Stretch(rows, earlier=True, later=more)


def around(lines: QuerySet[Message], number: int) -> Stretch:
    """Line ``number`` in the middle of its neighbours; those alone when it cannot be read."""
    older, earlier = _page(lines.filter(pk__lt=number).order_by("-pk"), PAGE // 2)
    newer, later = _page(lines.filter(pk__gte=number).order_by("pk"), PAGE // 2 + 1)
    return Stretch([*older[::-1], *newer], earlier, later)


def _page(rows: QuerySet[Message], most: int) -> tuple[list[ChatLine], bool]:
    """The first ``most`` of ``rows``, and whether there are others."""
    related = rows.select_related("author__department", "recalled_by__department")
    found = [line(one) for one in related[: most + 1]]
    return found[:most], len(found) > most


def search(lines: QuerySet[Message], words: str, number: int | None = None) -> Found:
    """Lines that say ``words`` somewhere, before line ``number`` when one is given.

    Compared here and not in the database: neither engine folds width and case alike.

    Raises:
        Refusal: ``text_empty`` or ``text_too_long``.
    """
    wanted = fold(words)
    if not wanted:
        raise Refusal("text_empty")
    if len(words) > QUERY_CHARS:
        raise Refusal("text_too_long")
    said = lines.filter(recalled_at__isnull=True)
    rows = said if number is None else said.filter(pk__lt=number)
    hits: list[int] = []
    last, compared = 0, 0
    for last, text in _texts(rows):
        compared += 1
        if wanted in fold(text):
            hits.append(last)
            if len(hits) == HITS:
                break
    more = len(hits) == HITS or compared == SCANNED
    found, _ = _page(said.filter(pk__in=hits).order_by("-pk"), HITS)
    return Found(found, before=last if more else None)


def _texts(rows: QuerySet[Message]) -> Iterator[tuple[int, str]]:
    newest = rows.order_by("-pk").values_list("pk", "text")[:SCANNED]
    yield from newest.iterator(chunk_size=500)
