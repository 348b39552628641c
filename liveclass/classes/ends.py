"""The planned end of a class, reckoned by the database so that it can be compared and indexed."""

from __future__ import annotations

from typing import Any

from django.db.models import DateTimeField, F, Func

_MICROSECONDS = 60_000_000


class PlannedEnd(Func):
    """``starts_at`` plus ``minutes``. Django multiplies no durations on SQLite, hence two forms."""

    output_field = DateTimeField()

    def __init__(self) -> None:
        super().__init__(F("starts_at"), F("minutes"))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """``starts_at + minutes * interval '1 minute'``."""
        template = "(%(expressions)s * INTERVAL '1 minute')"
        return super().as_sql(compiler, connection, template=template, arg_joiner=" + ", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """With the function Django gives SQLite for its own date arithmetic."""
        template = f"django_format_dtdelta('+', %(expressions)s * {_MICROSECONDS})"
        return super().as_sql(compiler, connection, template=template, **context)
