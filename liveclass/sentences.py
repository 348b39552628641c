"""The sentence a person reads for each refusal: the reason, and what to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from realtime.protocol.refusals import RefusalCode

SENTENCES: dict[RefusalCode, str | Promise] = {
    "malformed": _("The page sent something that cannot be read. Please reload the page."),
    "unknown_command": _("This page is older than the server. Please reload the page."),
    "too_large": _("This is too large to be sent. Please shorten it."),
    "too_fast": _("That was very quick. Please wait a moment and try again."),
    "busy": _("Very many people are writing at this moment. Please try again in a few seconds."),
    "ticket_invalid": _("You could not be admitted. Please open the class from its page again."),
    "ticket_expired": _("The admission has expired. The page is asking for a new one."),
    "not_in_audience": _(
        "This class is not meant for your department or groups. Please ask the lecturer to add you."
    ),
    "removed": _("You were removed from this class. Please speak to the lecturer."),
    "lobby": _("You are in the lobby. The lecturer or an assistant lets you in."),
    "locked": _("The class is locked: nobody new comes in. Please speak to the lecturer."),
    "lobby_full": _("Very many people wait already. Please try again in a few minutes."),
    "report_own": _("This is about yourself. Please choose what somebody else wrote."),
    "report_staff": _(
        "Reports go to the lecturer and the assistants. "
        "To report one of them, please speak to your unit admin."
    ),
    "report_limit": _("You have reported much in this class already. Please speak to the staff."),
    "report_unknown": _("This report does not exist. Please choose another one."),
    "guests_off": _("Guests are not allowed here. Please ask a platform admin."),
    "guests_full": _("As many guests have come as this link allows. Please ask the lecturer."),
    "guest_whisper": _("Guests cannot whisper. Please ask in the questions instead."),
    "guest_link": _("This guest link opens nothing (any more). Please ask for a new one."),
    "host_only": _("Only the lecturer may do this. Please ask the lecturer."),
    "staff_only": _("Only the lecturer and the assistants may do this. Please ask one of them."),
    "members_only": _(
        "Polls ask the members of the class. Who holds it does not vote: "
        "please look at the result instead."
    ),
    "class_not_live": _(
        "The class has not begun. "
        "The room opens 30 minutes before the start: please come back then."
    ),
    "class_ended": _("The class has ended. You find everything on its summary page."),
    "rehearsal_only": _(
        "This is possible with a rehearsal of a class only. Please open the class itself."
    ),
    "not_late": _(
        "Only a class that is about to begin can be put off. "
        "Please change its start on the page of the class."
    ),
    "delay_limit": _(
        "A class can be put off by two hours together. "
        "Please fix another time on the page of the class."
    ),
    "recording_unavailable": _(
        "LiveClass does not record with this media engine. "
        "Please ask its operator whether the engine keeps recordings itself."
    ),
    "text_empty": _("There is nothing to send. Please write something first."),
    "text_too_long": _("This text is too long. Please shorten it."),
    "word_unwanted": _(
        "This contains a word that is not wanted here. Please say it in other words."
    ),
    "member_unknown": _("This person is not in the class. Please choose somebody who is."),
    "speakers_full": _("Six people speak already. Please end one of them first."),
    "speaker_held": _(
        "The lecturer has muted you. Please raise your hand, or wait until you may speak again."
    ),
    "speaker_unknown": _("This person does not speak now. Please choose somebody who does."),
    "hands_closed": _("Nobody is asked to speak at the moment. Please write your question."),
    "message_unknown": _("This message is no longer there. Please choose another one."),
    "message_late": _(
        "A message can be changed for one minute, by its author. Please write a new one."
    ),
    "chat_slow": _("This class is in slow mode. Please wait a moment: what you wrote is kept."),
    "chat_closed": _("Only the lecturer and the assistants write at the moment. Please wait."),
    "chat_muted": _("The lecturer or an assistant has muted you in the chat. Please speak to one."),
    "poll_unknown": _("This poll does not exist. Please choose another one."),
    "poll_not_open": _("This poll is not open for votes. Please wait for the next one."),
    "poll_already_open": _("Another poll is open. Please close it first."),
    "poll_limit": _("This class has the most polls possible. Please use one that is prepared."),
    "poll_plan": _(
        "The settings of this poll do not fit together. Please check its answers and numbers."
    ),
    "poll_late": _("The time is over: this answer came too late. Please wait for the next poll."),
    "poll_running": _("This poll was asked already. Only a poll that waits can be changed."),
    "answer_unknown": _("This answer is not there. Please choose one that is shown."),
    "option_unknown": _(
        "This option does not belong to the poll. Please choose one that is shown."
    ),
    "option_count": _(
        "The number of options does not fit: a poll has 2 to 50, and a vote as many as the poll "
        "asks for. Please check and try again."
    ),
    "vote_final": _("Votes in this poll cannot be changed. Your first vote stays and counts."),
    "question_unknown": _("This question does not exist. Please choose another one."),
    "question_closed": _("This question is settled already. Please ask a new one if you need to."),
    "question_own": _("This is your own question: it has your vote already. No need to add one."),
    "question_anonymous": _(
        "This class takes questions with a name only. Please ask again with your name."
    ),
    "question_alone": _("There is nothing to unite. Please choose other waiting questions."),
    "question_limit": _("The list of questions is full. Please join one that is there."),
    "caption_unknown": _("This caption does not exist. Please choose another one."),
    "caption_limit": _("This class has the most captions possible. Please go on in the chat."),
    "whisper_off": _("Whispers are not switched on here. Please ask in the questions."),
    "whisper_recipient": _(
        "One can whisper to the lecturer and the assistants of a class. Please choose one of them."
    ),
    "whisper_anonymity": _(
        "An anonymous whisper is not possible in this class: too few people, or the organisation "
        "does not want it. Please write with your name, or not at all."
    ),
    "whisper_unknown": _("This whisper is no longer there. Please choose another one."),
    "whisper_blocked": _(
        "The recipient receives nothing more here. Please speak to somebody else."
    ),
    "whisper_limit": _(
        "This is more than a conversation of whispers holds. Please wait for an answer."
    ),
    "whisper_read": _(
        "This whisper was read already and can no longer be taken back. It expires by itself."
    ),
    "whisper_held": _(
        "This conversation was reported. It is kept until two persons have decided about it, "
        "at the longest until its day of deletion."
    ),
    "break_none": _("There is no break at the moment. Please go on."),
    "break_running": _("There is a break at the moment. Please ask when it is over."),
    "break_limit": _("This class has the most breaks possible. Please go on without one."),
    "check_unannounced": _("Checks have to be announced first. Please announce how many may come."),
    "check_limit": _("All announced checks were asked. Please announce more if you need them."),
    "check_open": _("A check is being asked. Please wait until its time is over."),
    "check_plan": _(
        "A question needs 2 to 6 different options and the right one among them. "
        "Please check and try again."
    ),
    "check_unknown": _("This check is not there. Please answer the one that is shown."),
    "check_late": _(
        "The time of this check is over. Nothing is lost: "
        "the stretch before it can be made up in the replay."
    ),
    "slides_unknown": _("These slides are not here or not ready. Please choose others."),
    "slides_off": _("These slides are not on the stage any more. Please show them again."),
    "slides_page": _("This page is not shown any more. Please choose a page and try again."),
    "slides_full": _("There is no room for more lines. Please wipe the page first."),
    "room_full": _("The room is full. Please try again in a few minutes."),
    "too_many_pages": _(
        "This class is open in too many of your pages. This one, the oldest, has stopped."
    ),
    "lesson_closed": _("This lesson is open elsewhere, or for too long. Please open it again."),
    "server_error": _("Something went wrong on the server. Please try again."),
}


def sentence(code: RefusalCode, language: str) -> str:
    """The sentence for ``code`` in ``language`` (``zh-hans`` or ``en``)."""
    with override(language):
        return str(SENTENCES[code])
