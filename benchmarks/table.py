"""Tables as the documentation keeps them (Markdown), printed row by row while a benchmark runs."""

from __future__ import annotations

import sys


class Table:
    """A heading and rows; each row is shown at once."""

    def __init__(self, title: str, *heads: str) -> None:
        self._columns = len(heads)
        self._write(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{'---|' * self._columns}")

    def row(self, *cells: object) -> None:
        """One line of the table; numbers are rounded to three digits."""
        assert len(cells) == self._columns, cells
        self._write(f"| {' | '.join(shown(cell) for cell in cells)} |")

    def note(self, text: str) -> None:
        """A sentence under the table."""
        self._write(f"\n{text}")

    @staticmethod
    def _write(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def shown(cell: object) -> str:
    """A cell as text."""
    if isinstance(cell, float):
        digits = 0 if abs(cell) >= 100 else 1 if abs(cell) >= 10 else 2
        return f"{cell:,.{digits}f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
