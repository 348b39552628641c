"""How much playing an organisation believes; one place, so that it can become a setting of each."""

from __future__ import annotations

from courses.completion.budget import Policy

_DEFAULT = Policy()


def policy() -> Policy:
    """What holds now."""
    return _DEFAULT
