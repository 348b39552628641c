"""What is said when a file is not taken or cannot be made ready: a sentence for each code."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

SENTENCES: dict[str, Callable[[], str]] = {
    "wrong_kind": lambda: _("This lesson takes files of another kind. Please choose another one."),
    "empty": lambda: _("The file is empty. Please look whether it was saved."),
    "too_large": lambda: _("The file is larger than 8 GB. Please make it smaller or cut it."),
    "too_many": lambda: _("Too many of your files are on their way. Please finish one first."),
    "disk_full": lambda: _("There is no room on the server. Please tell its admin and go on then."),
    "offset": lambda: _("Another part came before this one. It goes on by itself."),
    "busy": lambda: _("Another part is being written. It goes on by itself."),
    "checksum": lambda: _("The file was damaged on its way. Please send it again."),
    "too_much": lambda: _("More came than was announced. Please send the file again."),
    "malformed": lambda: _("The upload could not be understood. Please reload the page."),
    "wrong_version": lambda: _("The upload could not be understood. Please reload the page."),
    "wrong_type": lambda: _("The upload could not be understood. Please reload the page."),
    "unknown": lambda: _("This upload is not here any more. Please begin it again."),
    "locked": lambda: _("The course cannot be changed in its present state."),
    "broken": lambda: _("The file cannot be read. Please save it again and send that."),
    "no_video": lambda: _("There is no picture in this file. Please choose a video."),
    "no_audio": lambda: _("There is no sound in this file. Please choose another one."),
    "no_pdf": lambda: _("This is no PDF, whatever its name says. Please save it as PDF."),
    "encrypted": lambda: _("The PDF is protected by a password. Please save it without one."),
    "too_long": lambda: _("It is longer than a day, or has more than 2000 pages. Please cut it."),
    "too_heavy": lambda: _(
        "The file is too complicated for the browsers of members. "
        "Please save it with smaller pictures and send that."
    ),
    "no_length": lambda: _("The file has no length. Please save it again and send that."),
    "lost": lambda: _("The file could not be found on the server. Please send it again."),
}


def sentence(code: str) -> str:
    """The sentence for ``code`` in the reader's language."""
    return SENTENCES[code]()
