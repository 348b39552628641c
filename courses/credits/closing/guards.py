"""The database itself refuses to change what was closed: triggers on both databases.

Lines are written once. Of the report itself only the digest may be filled in, once, in the
transaction that closes it. A migration that rebuilds one of these tables ends with ``install``.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "a closed period stays as it was"
RULES = {
    "courses_closedrow": {"UPDATE": "", "DELETE": ""},
    "courses_periodclose": {"UPDATE": "OLD.digest <> ''", "DELETE": ""},
}
"""Which rows of a table refuse what; empty: all of them."""


def _name(table: str, event: str) -> str:
    return f"{table}_no_{event.lower()}"


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, whether or not they are there already."""
    remove(connection)
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION closed_period_refuse() RETURNS trigger "
                f"LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}' "
                "USING ERRCODE = 'restrict_violation'; END $$"
            )
        for table, events in RULES.items():
            for event, which in events.items():
                cursor.execute(_statement(table, event, which, postgres=postgres))


def _statement(table: str, event: str, which: str, *, postgres: bool) -> str:
    head = f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table} FOR EACH ROW"
    when = f" WHEN ({which})" if which else ""
    if postgres:
        return f"{head}{when} EXECUTE FUNCTION closed_period_refuse()"
    return f"{head}{when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them away: for a migration that must rebuild a table."""
    with connection.cursor() as cursor:
        for table, events in RULES.items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for event in events:
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, event)}{on}")
