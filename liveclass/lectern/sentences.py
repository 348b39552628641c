"""What is said when slides are not taken or cannot be made ready: a sentence for each code."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

SENTENCES: dict[str, Callable[[], str]] = {
    "wrong_kind": lambda: _("Slides come as PDF. Please save the file as PDF and send that."),
    "no_office": lambda: _(
        "This server cannot open office files. "
        "Please save the slides as PDF (File → Export) and drag that file in."
    ),
    "empty": lambda: _("The file is empty. Please look whether it was saved."),
    "too_large": lambda: _("The file is larger than 100 MB. Please save it with smaller pictures."),
    "too_many": lambda: _("This class has 20 files of slides already. Please remove one first."),
    "disk_full": lambda: _("There is no room on the server. Please tell its admin and go on then."),
    "offset": lambda: _("Another part came before this one. It goes on by itself."),
    "busy": lambda: _("Another part is being written. It goes on by itself."),
    "too_much": lambda: _("More came than was announced. Please send the file again."),
    "shown": lambda: _("These slides were shown already and belong to the class. They stay."),
    "malformed": lambda: _("The upload could not be understood. Please reload the page."),
    "unknown": lambda: _("This upload is not here any more. Please begin it again."),
    "broken": lambda: _("The file cannot be read. Please save it again and send that."),
    "no_pdf": lambda: _("This is no PDF, whatever its name says. Please save it as PDF."),
    "encrypted": lambda: _("The PDF is protected by a password. Please save it without one."),
    "too_long": lambda: _("The file has more than 200 pages. Please send it in parts."),
    "too_heavy": lambda: _(
        "The file is too complicated for the browsers of members. "
        "Please save it with smaller pictures and send that."
    ),
    "not_converted": lambda: _(
        "This office file could not be converted. Please save it as PDF and send that."
    ),
    "lost": lambda: _("The file could not be found on the server. Please send it again."),
}


def sentence(code: str) -> str:
    """The sentence for ``code`` in the reader's language."""
    return SENTENCES[code]()
