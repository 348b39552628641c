"""How much playing is believed: never more than the server's clock allows. Knows no database.

A browser says what was played, and a browser says what its owner wants. So playing is paid from an
account that fills with the server's time: in one second nobody can have played more than
``Policy.rate`` seconds. There is one account for a person, whatever the number of her devices,
tabs and lessons, and playing is paid in the order in which it is claimed, repetitions included:
who claims a whole hour again and again pays for its beginning again and again.

The account fills only while a lesson is open (``Account.open``) and to its brim; a lesson that is
open may be out of reach for hours, because a phone in a tunnel goes on playing and reports later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from courses.completion.ranges import TICKS_PER_SECOND, Range, first, length

PAGE = 3 * TICKS_PER_SECOND
"""Ticks that a page of a document costs: it counts once it has been in view for three seconds
(``LOOK`` in ``assets/src/player/dwell.ts``)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What an organisation allows.

    Args:
        rate: seconds of a recording that may be played in one second.
        burst: seconds of playing that are believed at once: timers are late, clocks are rough.
        longest: seconds that a lesson stays open without a word from the browser.
    """

    rate: float = 2.0
    burst: float = 20.0
    longest: float = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class Account:
    """What a member may still be believed. ``at``: unix seconds of the server."""

    ticks: float
    at: float


def opened(account: Account | None, policy: Policy, now: float) -> Account:
    """The account of who opens a lesson now: at least a burst, and what she had saved, never more
    than a burst: what was not played does not pile up between lessons."""
    brim = policy.burst * TICKS_PER_SECOND
    if account is None:
        return Account(brim, now)
    earned = max(0.0, now - account.at) * policy.rate * TICKS_PER_SECOND
    return Account(min(brim, max(0.0, account.ticks) + earned), now)


def filled(account: Account, policy: Policy, now: float) -> Account:
    """The account at ``now`` while a lesson is open. A clock that went back gives nothing."""
    passed = min(max(0.0, now - account.at), policy.longest)
    brim = (policy.longest * policy.rate + policy.burst) * TICKS_PER_SECOND
    earned = passed * policy.rate * TICKS_PER_SECOND
    return Account(min(brim, account.ticks + earned), max(now, account.at))


def believed(
    account: Account, claimed: Sequence[Range], policy: Policy, now: float, price: int = 1
) -> tuple[list[Range], Account]:
    """What is believed of ``claimed`` (in the order of playing), and the account after it.

    ``price``: ticks of the account for each that is claimed; a page costs what looking at it takes.
    """
    now_has = filled(account, policy, now)
    kept = first(claimed, int(now_has.ticks) // price)
    return kept, replace(now_has, ticks=now_has.ticks - length(kept) * price)
