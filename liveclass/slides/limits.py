"""How much slides may be. Knows no database."""

from __future__ import annotations

MAX_BYTES = 100 * 1024**2
"""Of one file, as it is sent."""
MAX_PAGES = 200
DECKS_PER_ROOM = 20
STROKES_PER_PAGE = 150
STROKES_PER_DECK = 2000
