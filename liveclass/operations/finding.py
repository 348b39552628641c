"""What a check of ``manage.py doctor`` found: one line, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``part`` is a stable word for machines; ``says`` and ``advice`` are for people."""

    level: Level
    part: str
    says: str
    advice: str = ""

    @property
    def line(self) -> str:
        """One line of the report."""
        arrow = f" → {self.advice}" if self.advice else ""
        return f"{self.level:<5} {self.part:<13} {self.says}{arrow}"


def ok(part: str, says: str) -> Finding:
    """All is well."""
    return Finding("ok", part, says)


def warn(part: str, says: str, advice: str) -> Finding:
    """It works, and something should be done about it."""
    return Finding("warn", part, says, advice)


def fail(part: str, says: str, advice: str) -> Finding:
    """It does not work."""
    return Finding("fail", part, says, advice)


def as_data(findings: Iterable[Finding]) -> dict[str, object]:
    """The report for machines: ``{"ok": bool, "findings": [...]}``."""
    all_of_them = list(findings)
    broken = any(one.level == "fail" for one in all_of_them)
    return {"ok": not broken, "findings": [asdict(one) for one in all_of_them]}
