"""All checks of ``manage.py doctor``, in the order a person would ask. None changes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from django.utils.translation import gettext as _

from liveclass.operations import machine, ports, programs, safety
from liveclass.operations.databases import database
from liveclass.operations.finding import Finding, fail
from liveclass.operations.reachability import media
from liveclass.operations.shared_state import shared_state
from liveclass.operations.stage import leftovers

Check = Callable[[], Finding | Iterable[Finding]]


def checks(members: int) -> tuple[Check, ...]:
    """Every check; ``members`` is how many people should fit into one web process."""
    return (
        programs.python,
        programs.libraries,
        programs.front_end,
        programs.translations,
        safety.secret_key,
        safety.whisper_secret,
        machine.disk,
        machine.clock,
        partial(machine.descriptors, members),
        machine.backlog,
        database,
        leftovers,
        shared_state,
        ports.web,
        ports.media_http,
        ports.media_udp,
        media,
        safety.mail,
    )


def examine(members: int) -> Iterator[Finding]:
    """Run every check; one that breaks is itself a finding, and the others go on."""
    for check in checks(members):
        yield from _found(check)


def _found(check: Check) -> list[Finding]:
    try:
        found = check()
        return [found] if isinstance(found, Finding) else list(found)
    except Exception as error:
        name = getattr(getattr(check, "func", check), "__name__", "check")
        why = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:120]}"
        says = _("This check broke: %(why)s") % {"why": why}
        return [fail(name, says, _("Please report it, with this line."))]
