"""The database itself refuses to change or delete an act: triggers on both.

SQLite loses triggers when a migration rebuilds the table: such a migration ends with ``install``.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "liveclass_act"
TRIGGERS = {"act_no_update": "UPDATE", "act_no_delete": "DELETE"}
REFUSAL = "acts of moderation are append-only"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION act_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END $$
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Put both triggers in place, whether or not they are there already."""
    remove(connection)
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute(_FUNCTION)
        for name, what in TRIGGERS.items():
            then = "FOR EACH ROW EXECUTE FUNCTION act_refuse()"
            if not postgres:
                then = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {what} ON {TABLE} {then}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take both away: for a migration that must rebuild the table."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
