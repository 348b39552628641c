"""How long whispers are kept, and how their secrets are turned."""

from __future__ import annotations

from django.utils import timezone

from liveclass.rooms.log import in_transaction
from liveclass.whisper import vault
from liveclass.whisper.models import Whisper, WhisperReport, WhisperThread
from liveclass.whisper.sealing import Unreadable

BATCH = 500
"""Rows of one transaction: others write in between."""


def expire(room_id: int | None = None) -> int:
    """Delete the threads whose day has come, with letters and reports; how many they were.

    By the worker every hour; and of one room before its threads are shown, so that nobody reads
    what was promised to be gone, however late the worker is.
    """
    due = WhisperThread.objects.filter(expires_at__lte=timezone.now())
    if room_id is not None:
        due = due.filter(room=room_id)
    gone = 0
    while ids := list(due.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with in_transaction():
            WhisperThread.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


def reseal() -> tuple[int, int]:
    """Seal anew, under the newest secret, what an older one sealed.

    After it the older secrets can be taken away.

    Returns:
        How many rows were sealed anew, and how many no secret opens.
    """
    turned = lost = 0
    for model in (WhisperThread, Whisper, WhisperReport):
        last = 0
        while ids := list(
            model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            for one in ids:
                with in_transaction():
                    # nobody may lay hands on the row between reading and writing
                    row = model.objects.select_for_update(of=("self",)).filter(pk=one).first()
                    try:
                        turned += row is not None and _turn(row)
                    except Unreadable:
                        lost += 1
            last = ids[-1]
    return turned, lost


def _turn(row: WhisperThread | Whisper | WhisperReport) -> bool:
    match row:
        case WhisperThread():
            return _turn_thread(row)
        case Whisper():
            return _turn_texts(row, row.thread_id, "sealed")
        case WhisperReport():
            return _turn_texts(row, row.thread_id, "reason", "grounds")


def _turn_thread(thread: WhisperThread) -> bool:
    if thread.behind is None or vault.ring().is_newest(bytes(thread.behind)):
        return False
    behind = vault.open_behind(thread.behind, thread.tag or "")
    thread.tag = vault.tag(thread.room_id, behind.member)
    thread.behind = vault.seal_behind(behind, thread.tag)
    thread.save(update_fields=["tag", "behind"])
    return True


def _turn_texts(row: Whisper | WhisperReport, thread: int, *fields: str) -> bool:
    old = {name: bytes(getattr(row, name) or b"") for name in fields}
    old = {name: text for name, text in old.items() if text and not vault.ring().is_newest(text)}
    for name, text in old.items():
        setattr(row, name, vault.seal_text(vault.open_text(text, thread), thread))
    if old:
        row.save(update_fields=list(old))
    return bool(old)
