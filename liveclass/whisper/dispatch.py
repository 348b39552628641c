"""From a command of whispering to its action."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import assert_never

from liveclass.rooms.actor import Actor
from liveclass.whisper import actions, reports
from realtime.protocol import whisper as w

WhisperCommand = (
    w.WhisperSend
    | w.WhisperAnswer
    | w.WhisperRead
    | w.WhisperWithdraw
    | w.WhisperDelete
    | w.WhisperBlock
    | w.WhisperReport
)


def whisper_action(actor: Actor, command: WhisperCommand) -> Callable[[], int]:
    """The action ``command`` asks for, ready to be run by the writer."""
    match command:
        case w.WhisperSend(id=id, to=to, text=text, anonymous=anonymous, unit=unit):
            return partial(actions.send, actor, id, to, text, anonymous, unit)
        case w.WhisperAnswer(id=id, thread=thread, text=text):
            return partial(actions.answer, actor, id, thread, text)
        case w.WhisperRead(id=id, thread=thread, letter=letter):
            return partial(actions.read, actor, id, thread, letter)
        case w.WhisperWithdraw(id=id, letter=letter):
            return partial(actions.withdraw, actor, id, letter)
        case w.WhisperDelete(id=id, thread=thread):
            return partial(actions.delete, actor, id, thread)
        case w.WhisperBlock(id=id, thread=thread, on=on):
            return partial(actions.block, actor, id, thread, on)
        case w.WhisperReport(id=id, thread=thread, reason=reason):
            return partial(reports.report, actor, id, thread, reason)
        case _:
            assert_never(command)
