"""The database itself refuses to change or delete an entry of the ledger: triggers on both.

The one change let through is sealing: ``number`` and ``digest`` from empty to full, everything else
as it was. Whoever owns the database can drop a trigger; that is what the hash chain is for, and
``verify_ledger`` says when a trigger is missing (SQLite loses them when a migration rebuilds the
table: such a migration ends with ``install``).
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "courses_creditentry"
SEAL = ("number", "digest")
UPDATE, DELETE = "credit_entry_no_update", "credit_entry_no_delete"
REFUSAL = "the ledger is append-only"

POSTGRES = f"""
CREATE OR REPLACE FUNCTION credit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.number IS NULL AND NEW.number IS NOT NULL
       AND to_jsonb(NEW) - 'number' - 'digest' = to_jsonb(OLD) - 'number' - 'digest' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER IF EXISTS {UPDATE} ON {TABLE};
DROP TRIGGER IF EXISTS {DELETE} ON {TABLE};
CREATE TRIGGER {UPDATE} BEFORE UPDATE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION credit_entry_refuse();
CREATE TRIGGER {DELETE} BEFORE DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION credit_entry_refuse();
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Put both triggers in place, whether or not they are there already."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES)
            return
        for statement in _sqlite(_columns(cursor)):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take both away: for a migration that must rebuild the table, and for tests of the chain."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in (UPDATE, DELETE):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Which of the triggers are not there, or switched off."""
    question = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    if connection.vendor == "postgresql":
        question = (
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')"
        )
    with connection.cursor() as cursor:
        cursor.execute(question, [TABLE])
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in (UPDATE, DELETE) if name not in there]


def _columns(cursor: Any) -> list[str]:
    cursor.execute(f"PRAGMA table_info({TABLE})")
    return [row[1] for row in cursor.fetchall()]


def _sqlite(columns: list[str]) -> list[str]:
    kept = [name for name in columns if name not in SEAL]
    same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in kept)
    sealing = f"OLD.number IS NULL AND NEW.number IS NOT NULL AND {same}"
    return [
        f"DROP TRIGGER IF EXISTS {UPDATE}",
        f"DROP TRIGGER IF EXISTS {DELETE}",
        f"CREATE TRIGGER {UPDATE} BEFORE UPDATE ON {TABLE} WHEN NOT ({sealing}) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE TRIGGER {DELETE} BEFORE DELETE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    ]
