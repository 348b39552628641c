"""What is wrong with a spreadsheet or one of its rows, as a person reads it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from courses.quizzes.bank.rows import LETTERS, Fault

SHEETS: dict[str, str | Promise] = {
    "file_large": _("The file is larger than 2 MB. Please split it."),
    "file_type": _(
        "This is not a readable Excel workbook (.xlsx). Please save it as .xlsx and try again."
    ),
    "file_bomb": _(
        "The file unpacks to far more than a list of questions needs, so it was not read. "
        "Please copy the questions into the template."
    ),
    "rows": _("The sheet has more than 2,000 questions. Please split it."),
    "empty": _("The first sheet is empty."),
    "columns": _(
        "The first row must name the columns, at least Kind, Question and Answer. "
        "Please use the template."
    ),
}
ROWS: dict[str, str | Promise] = {
    "missing": _("It is empty."),
    "unknown": _("It says something that is not known. The template lists what may stand here."),
    "long": _("It is too long."),
    "letter": _("It must name options by their letters, each once."),
    "one_letter": _("A single choice has one right option."),
    "whole_order": _("It must name every option once, in the right order."),
    "truth": _("It must say true or false."),
    "number": _("It is not a number."),
    "range": _("Points are whole numbers from 1 to 100."),
    "code": _("A code is up to 40 letters, digits, dots, hyphens and underscores."),
    "twice": _("An earlier row has the same code or the same question."),
    "options_count": _("There must be 2 to 10 options."),
    "option_empty": _("An option before the last one is empty."),
    "option_long": _("An option is longer than 300 characters."),
    "option_twice": _("Two options are the same."),
    "accepted_count": _("There may be up to 20 accepted answers."),
    "accepted_long": _("An accepted answer is longer than 200 characters."),
    "explanation_long": _("The explanation is longer than 2,000 characters."),
    "right_missing": _("No right answer is given."),
    "right_unknown": _("The right answer is not one of the options."),
    "tolerance": _("A tolerance is a number from 0, or a percentage such as 5%."),
    "unreadable": _("It cannot be read."),
}
COLUMNS: dict[str, str | Promise] = {
    "code": _("Code"),
    "kind": pgettext_lazy("exam", "Kind"),
    "text": pgettext_lazy("exam", "Question"),
    "right": pgettext_lazy("column of a sheet", "Answer"),
    "points": _("Points"),
    "partial": _("Partial"),
    "tolerance": _("Tolerance"),
    "unit": pgettext_lazy("of a number", "Unit"),
    "topic": _("Topic"),
    "explanation": _("Explanation"),
}


def of_sheet(code: str) -> str:
    """Why a file is not taken in."""
    return str(SHEETS[code])


def of_row(fault: Fault) -> str:
    """Why a row is left out."""
    if not fault.column:
        return str(ROWS[fault.code])
    column = COLUMNS.get(fault.column)
    if column is None:
        letter = fault.column.removeprefix("option_").upper()
        column = gettext("Option %(letter)s") % {"letter": letter if letter in LETTERS else ""}
    return gettext("%(column)s: %(fault)s") % {"column": column, "fault": ROWS[fault.code]}
