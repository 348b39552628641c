"""A record in words, ready for ``record.typ``: every figure with the sentence that explains it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from courses.credits import queries as ledger
from courses.credits.assess import Assessed
from courses.credits.certificates.paper import qr_code, set_template
from courses.credits.evaluate import Result
from courses.credits.explain import period_words
from courses.credits.papers.models import RecordPaper
from courses.credits.papers.queries import MOST, Content
from courses.credits.record.queries import Row
from courses.templatetags.hours import hours, state_name, why_held, words_of
from members.units.queries import organisation

TEMPLATE = Path(__file__).parent / "record.typ"


def record_sheet(paper: RecordPaper, said: Content, address: str) -> bytes:
    """The PDF of ``said`` under the number of ``paper``, in the reader's language."""
    language = get_language() or "en"
    data = {**_head(paper, said, language), "verify": address}
    data["cards"] = [_card(card.assessed, language) for card in said.cards]
    data["rows"] = [_row(row) for row in said.rows]
    inputs = {"data": json.dumps(data, ensure_ascii=False), "qr": qr_code(address)}
    return set_template(TEMPLATE, inputs)


def _head(paper: RecordPaper, said: Content, language: str) -> dict[str, Any]:
    house, member = organisation(), said.member
    unit = member.department.name(language) if member.department else ""
    moment = timezone.localtime(timezone.now(), ledger.zone())
    return {
        "lang": language[:2],
        "colour": house.theme,
        "organisation": house.name(language),
        "heading": _("Learning record %(year)d") % {"year": said.year},
        "name": member.name,
        "who": " · ".join(filter(None, [member.staff_no, unit])),
        "asof": _("As of %(moment)s") % {"moment": f"{moment:%Y-%m-%d %H:%M}"},
        "number": f"{_('Number')} {paper.number}",
        "check": _("Whether this paper is real, and still true:"),
        "nothing": _("Nothing is required in this year"),
        "none": _("No entry in this year yet"),
        "required_head": _("What is required, and what counts towards it"),
        "rows_head": _("Entries of the year"),
        "columns": [
            _("Date"), _("Item"), _("Kind"), _("Mode"), _("Minutes"), _("Earned"), _("Counted"),
        ],
        "cut": _("The newest %(most)d entries.") % {"most": MOST} if len(said.rows) == MOST else "",
        "how": _(
            "Each thing counts once. A reached share counts in full; replay fills what was missed "
            "live. The strictest layer decides."
        ),
    }  # fmt: skip


def _card(one: Assessed, language: str) -> dict[str, Any]:
    result = one.result
    figures = [[_("Earned"), hours(result.earned), ""]]
    for reason, value in result.held_by().items():
        if reason != "reversed":
            figures.append([str(why_held(reason)), hours(value), "−"])
    figures.append([_("Counted"), hours(result.counted), "="])
    if result.carried:
        figures.append([_("Carried over"), hours(result.carried), "+"])
    figures.append([_("Required"), hours(result.required), "/"])
    notes = [_left(result), *_minima(result)]
    if result.required < result.full:
        notes.append(_shorter(result))
    if one.unchecked:
        notes.append(_("The source of this requirement is still to be checked."))
    return {
        "title": f"{one.deciding.code} {one.deciding.name(language)}",
        "state": str(state_name(result.state)),
        "period": period_words(result.period),
        "figures": figures,
        "notes": notes,
        "laws": [
            f"{law.code} · {law.get_layer_display()} · {hours(law.threshold)}: {law.source}"
            for law in one.layers
        ],
    }


def _left(result: Result) -> str:
    if result.is_met:
        return _("Everything required is there.")
    if not result.missing:
        return _("The hours are there; something else is missing.")
    facts = {"n": hours(result.missing), "day": f"{result.period.last:%Y-%m-%d}"}
    return _("%(n)s hours to go until %(day)s.") % facts


def _minima(result: Result) -> list[str]:
    found = []
    for one in result.floors:
        what = words_of(one.floor.kinds | one.floor.modes)
        facts = {"what": what, "a": hours(one.have), "b": hours(one.floor.value)}
        found.append(_("%(what)s: %(a)s of at least %(b)s hours") % facts)
    for count in result.tallies:
        what = words_of(count.tally.kinds | count.tally.modes)
        times = {"what": what, "a": count.have, "b": count.tally.times}
        found.append(
            ngettext(
                "%(what)s: %(a)d, at least %(b)d time",
                "%(what)s: %(a)d, at least %(b)d times",
                count.tally.times,
            )
            % times
        )
    return found


def _shorter(result: Result) -> str:
    facts = {"a": hours(result.required), "b": hours(result.full)}
    if result.excused:
        return _("Required %(a)s instead of %(b)s: time you were excused for is taken off.") % facts
    return _("Required %(a)s instead of %(b)s: for the part of the period you were here.") % facts


def _row(row: Row) -> list[str]:
    entry = row.entry
    title = f"{entry.title} ({_('Entered by hand')})" if entry.entered_by_id else entry.title
    counted = hours(row.counted)
    if row.reason:
        counted = f"{counted} ({why_held(row.reason)})"
    return [
        f"{entry.earned_on:%Y-%m-%d}", title, str(entry.get_kind_display()),
        str(entry.get_mode_display()), f"{entry.minutes} ({entry.conversion})",
        hours(entry.value), counted,
    ]  # fmt: skip
