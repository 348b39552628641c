"""Many changed rows, each written by one prepared statement.

``bulk_update`` builds an expression of a branch for each row and field; for the reports of ten
thousand pages that was half of a web process's work. The same short statement, executed for each
row, is prepared once (SQLite) and sent without waiting in between (PostgreSQL's pipeline).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model


def update(rows: Iterable[Model], fields: Sequence[str]) -> None:
    """Write ``fields`` of ``rows``, which are of one model and exist; in the order of their keys,
    so that two processes never wait for each other crosswise."""
    ordered = sorted(rows, key=lambda row: row.pk)
    if not ordered:
        return
    table, quote = ordered[0]._meta, connection.ops.quote_name
    known = {column.name: column for column in table.concrete_fields}
    columns = [known[name] for name in fields]
    sets = ", ".join(f"{quote(str(column.column))} = %s" for column in columns)
    key = quote(str(table.pk.column))
    command = f"UPDATE {quote(table.db_table)} SET {sets} WHERE {key} = %s"  # noqa: S608 - ours
    values = [
        [
            *(column.get_db_prep_save(getattr(row, column.attname), connection)
              for column in columns),
            row.pk,
        ]
        for row in ordered
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(command, values)
