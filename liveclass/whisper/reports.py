"""A reported thread: two guardians, a written reason, and the sender is told.

Guardians are named by the organisation (``WHISPER_GUARDIANS``), not a role one may give oneself.
None of the two sides is a guardian of her own thread.
"""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from liveclass.rooms.actor import Actor
from liveclass.rooms.log import in_transaction
from liveclass.rooms.models import Room
from liveclass.rooms.text import clean_text
from liveclass.whisper import queries, vault
from liveclass.whisper.actions import change, whispering
from liveclass.whisper.models import WhisperReport, WhisperThread
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal
from realtime.protocol.whisper import WHISPER_REASON_CHARS


def is_guardian(member: Member) -> bool:
    """Whether the organisation named her among those who may open a reported thread."""
    return member.is_active and member.staff_no in settings.WHISPER_GUARDIANS


@whispering
def report(room: Room, actor: Actor, command_id: str, thread: int, reason: str) -> None:
    """Ask the guardians to look at a thread one receives; once, a second report adds nothing.

    The sender is told when it is opened, and sees no change before: most reports come to nothing.
    """
    found = queries.own_thread(room.pk, actor.member, thread)
    if found.recipient_id != actor.member:
        raise Refusal("whisper_unknown")
    if hasattr(found, "report"):
        return
    sealed = vault.seal_text(clean_text(reason, WHISPER_REASON_CHARS), found.pk)
    WhisperReport.objects.create(thread=found, reason=sealed, at=timezone.now())


def agree(guardian: Member, report_id: int, grounds: str) -> None:
    """Agree to open a thread: the first in writing, the second opens it and the sender is told.

    Raises:
        Refusal: ``whisper_unknown`` for who is no guardian of it, ``text_empty`` or
            ``text_too_long`` for the grounds of the first.
    """
    with in_transaction():
        found = _locked(guardian, report_id)
        now = timezone.now()
        if found.first_id is None:
            sealed = vault.seal_text(clean_text(grounds, WHISPER_REASON_CHARS), found.thread_id)
            found.first, found.first_at, found.grounds = guardian, now, sealed
        elif found.first_id != guardian.pk and found.opened_at is None:
            found.second, found.opened_at = guardian, now
            change(found.thread, now)
        found.save()


def close(guardian: Member, report_id: int) -> None:
    """There is nothing to open: the thread is as it was. Not any more once it was opened."""
    with in_transaction():
        found = _locked(guardian, report_id)
        if found.opened_at is None and found.closed_at is None:
            found.closed_at = timezone.now()
            found.save(update_fields=["closed_at"])


def may_decide(guardian: Member, thread: WhisperThread) -> bool:
    """Whether ``guardian`` is one, and on neither side of the thread."""
    aside = thread.recipient_id != guardian.pk and not queries.has_sender(thread, guardian.pk)
    return is_guardian(guardian) and aside


def _locked(guardian: Member, report_id: int) -> WhisperReport:
    rows = WhisperReport.objects.select_for_update(of=("self",)).select_related("thread__room")
    found = rows.filter(pk=report_id, closed_at__isnull=True).first()
    if found is None or not may_decide(guardian, found.thread):
        raise Refusal("whisper_unknown")
    return found
