"""Stable codes of every refusal. The sentence a person reads is made by the server in her language.

A code is part of the wire and is never renamed; the sentence may change at any time.
"""

from typing import Literal, get_args

RefusalCode = Literal[
    "malformed",
    "unknown_command",
    "too_large",
    "too_fast",
    "busy",
    "ticket_invalid",
    "ticket_expired",
    "not_in_audience",
    "removed",
    "lobby",
    "locked",
    "lobby_full",
    "report_own",
    "report_staff",
    "report_limit",
    "report_unknown",
    "guests_off",
    "guests_full",
    "guest_link",
    "guest_whisper",
    "host_only",
    "staff_only",
    "members_only",
    "class_not_live",
    "class_ended",
    "rehearsal_only",
    "not_late",
    "delay_limit",
    "recording_unavailable",
    "text_empty",
    "text_too_long",
    "word_unwanted",
    "member_unknown",
    "speakers_full",
    "speaker_held",
    "speaker_unknown",
    "hands_closed",
    "message_unknown",
    "message_late",
    "chat_slow",
    "chat_closed",
    "chat_muted",
    "poll_unknown",
    "poll_not_open",
    "poll_already_open",
    "poll_limit",
    "poll_plan",
    "poll_late",
    "poll_running",
    "answer_unknown",
    "option_unknown",
    "option_count",
    "vote_final",
    "question_unknown",
    "question_closed",
    "question_own",
    "question_limit",
    "question_anonymous",
    "question_alone",
    "slides_unknown",
    "slides_off",
    "slides_page",
    "slides_full",
    "caption_unknown",
    "caption_limit",
    "whisper_off",
    "whisper_recipient",
    "whisper_anonymity",
    "whisper_unknown",
    "whisper_blocked",
    "whisper_limit",
    "whisper_read",
    "whisper_held",
    "break_none",
    "break_running",
    "break_limit",
    "check_unannounced",
    "check_limit",
    "check_open",
    "check_plan",
    "check_unknown",
    "check_late",
    "lesson_closed",
    "room_full",
    "too_many_pages",
    "server_error",
]

REFUSAL_CODES: tuple[str, ...] = get_args(RefusalCode)


class Refusal(Exception):
    """A rule said no. Nothing was written; ``code`` goes over the wire, ``retry_ms`` is a hint.

    Raised by actions, translated into a sentence by ``liveclass.sentences`` at the border.
    """

    def __init__(self, code: RefusalCode, retry_ms: int = 0) -> None:
        super().__init__(code)
        self.code: RefusalCode = code
        self.retry_ms = retry_ms
