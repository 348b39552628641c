"""Short codes that stand for a session in addresses and on a screen in a hall."""

from __future__ import annotations

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""31 signs: without 0/o, 1/i/l, which are mistaken for each other when read aloud or copied."""
LENGTH = 8
"""31 ** 8 is about 8.5e11: with a thousand sessions a guess finds one in 850 million tries."""


def new_code() -> str:
    """A fresh, unguessable code, e.g. ``7hk2mwqa``."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
