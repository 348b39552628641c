"""A load test's figures for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from liveclass.operations.load import Outcome
from liveclass.operations.tally import Delays

BUSY_GENERATOR = 0.85
"""Share of a core above which the generator delays what it measures."""
LATE_GENERATOR = 0.05
"""Seconds its own loop may be late (p99)."""


def as_data(found: Outcome) -> dict[str, object]:
    """Everything as JSON takes it; times in milliseconds."""
    return {
        "ok": not found.failures,
        "members": found.entered,
        "not_entered": found.not_entered,
        "seconds": found.plan.seconds,
        "sent": found.sent,
        "accepted_lines": found.accepted,
        "refused": found.refused,
        "unanswered": found.unanswered,
        "deliveries": found.deliveries,
        "lost": found.lost,
        "duplicates": found.duplicates,
        "dropped_connections": found.dropped_connections,
        "votes_accepted": found.votes_accepted,
        "votes_counted": found.votes_counted,
        "stored_lines": found.stored_lines,
        "stored_votes": found.stored_votes,
        "entry_ms": found.entry.summary(),
        "ack_ms": found.ack.summary(),
        "delivery_ms": found.delivery.summary(),
        "generator": {
            "core": round(found.generator_cpu, 3),
            "lag_ms": found.generator_lag.summary(),
            "is_bottleneck": is_bottleneck(found),
            "mib_heard": round(found.mib_heard, 1),
        },
    }


def is_bottleneck(found: Outcome) -> bool:
    """Whether the figures say more about the generator than about the server."""
    late = found.generator_lag.quantile(0.99) > LATE_GENERATOR
    return found.generator_cpu > BUSY_GENERATOR or late


def lines(found: Outcome) -> Iterator[str]:
    """The report for people."""
    rows = (
        (_("entering"), found.entry),
        (_("acknowledged after commit"), found.ack),
        (_("delivered to a member"), found.delivery),
    )
    yield f"{'':<28}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}  ms"
    for name, delays in rows:
        yield _row(name, delays)
    yield ""
    yield _("Members in the room: %(count)s of %(wanted)s%(why)s") % {
        "count": found.entered,
        "wanted": found.plan.members,
        "why": _reasons(found.not_entered),
    }
    facts = {"sent": found.sent, "lines": found.accepted, "votes": found.votes_accepted}
    yield _("Commands: %(sent)s sent, %(lines)s lines and %(votes)s votes accepted") % facts
    yield _("Refused: %(count)s%(why)s") % {
        "count": sum(found.refused.values()),
        "why": _reasons(found.refused),
    }
    yield _("Deliveries: %(count)s, %(lost)s lost, %(twice)s twice, %(silent)s unanswered") % {
        "count": found.deliveries,
        "lost": found.lost,
        "twice": found.duplicates,
        "silent": found.unanswered,
    }
    yield _("Connections lost: %(count)s%(why)s") % {
        "count": sum(found.dropped_connections.values()),
        "why": _reasons(found.dropped_connections),
    }
    yield from _counts(found)
    yield from _generator(found)
    yield _("Nothing was lost.") if not found.failures else _("FAILED: see the figures above.")


def _counts(found: Outcome) -> Iterator[str]:
    if found.votes_counted is not None:
        facts = {"acked": found.votes_accepted, "counted": found.votes_counted}
        yield _("Votes: %(acked)s acknowledged, %(counted)s in the final count") % facts
    if found.stored_lines is not None:
        facts = {"lines": found.stored_lines, "votes": found.stored_votes or 0}
        yield _("In the database: %(lines)s lines, %(votes)s votes") % facts


def _generator(found: Outcome) -> Iterator[str]:
    yield _("This generator: %(core)s %% of a core, late by %(lag)s ms (p99)") % {
        "core": round(found.generator_cpu * 100),
        "lag": round(found.generator_lag.quantile(0.99) * 1000, 1),
    }
    if is_bottleneck(found):
        yield _(
            "WARNING: the generator itself is the bottleneck; the server may be faster than this. "
            "Use fewer members or lines, or a generator on another machine."
        )


def _row(name: str, delays: Delays) -> str:
    told = delays.summary()
    columns = "".join(f"{told[key]:>9.1f}" for key in ("p50", "p95", "p99", "max"))
    return f"{name:<28}{columns}  ({told['count']:.0f})"


def _reasons(counts: Mapping[str, int]) -> str:
    named = ", ".join(f"{why} ×{count}" for why, count in sorted(counts.items()))
    return f" ({named})" if named else ""
