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
    "recording_unavailable": _(
        "LiveClass does not record with this media engine. "
        "Please ask its operator whether the engine keeps recordings itself."
    ),
    "text_empty": _("There is nothing to send. Please write something first."),
    "text_too_long": _("This text is too long. Please shorten it."),
    "member_unknown": _("This person is not in the class. Please choose somebody who is."),
    "speakers_full": _("Six people speak already. Please end one of them first."),
    "message_unknown": _("This message is no longer there. Please choose another one."),
    "poll_unknown": _("This poll does not exist. Please choose another one."),
    "poll_not_open": _("This poll is not open for votes. Please wait for the next one."),
    "poll_already_open": _("Another poll is open. Please close it first."),
    "poll_limit": _("This class has the most polls possible. Please use one that is prepared."),
    "option_unknown": _(
        "This option does not belong to the poll. Please choose one that is shown."
    ),
    "option_count": _(
        "The number of options does not fit: a poll has 2 to 12, and a vote needs one, "
        "or several where the poll allows it. Please check and try again."
    ),
    "vote_final": _("Votes in this poll cannot be changed. Your first vote stays and counts."),
    "question_unknown": _("This question does not exist. Please choose another one."),
    "question_closed": _("This question is settled already. Please ask a new one if you need to."),
    "question_own": _("This is your own question: it has your vote already. No need to add one."),
    "question_limit": _("The list of questions is full. Please join one that is there."),
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
