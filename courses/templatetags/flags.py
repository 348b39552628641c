"""What was noticed, in a sentence that accuses nobody."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.reports.flags.models import Flag, FlagKind

register = template.Library()


@register.filter
def noticed(flag: Flag) -> str:
    """What a human is asked to look at."""
    if flag.kind == FlagKind.CLAIMS:
        minutes = -(-flag.seconds // 60)
        return ngettext(
            "%(n)d minute of playing was reported that the server's clock left no time for.",
            "%(n)d minutes of playing were reported that the server's clock left no time for.",
            minutes,
        ) % {"n": minutes}
    if flag.kind == FlagKind.QUICK:
        return _("%(questions)d questions were answered and passed in %(seconds)d seconds.") % {
            "questions": flag.questions, "seconds": flag.seconds,
        }  # fmt: skip
    return _(
        "The answers to %(questions)d questions are the same, %(wrong)d wrong ones among them."
    ) % {"questions": flag.questions, "wrong": flag.wrong}


@register.filter
def could_be(flag: Flag) -> str:
    """An honest explanation to think of first."""
    if flag.kind == FlagKind.CLAIMS:
        return _(
            "The surplus was not counted. It can be honest: a film that went on playing on a "
            "second device, or a clock that was set."
        )
    if flag.kind == FlagKind.QUICK:
        return _("It can be honest: somebody who has seen the questions before and knows them.")
    return _("It can be honest: people who learnt together, or a question that misleads.")
