"""Deleting everything that hangs on one rehearsal, whatever tables there are.

The tables of a class protect each other, because a class proves something. A rehearsal proves
nothing; its rows are found along their foreign keys and deleted in one transaction, at whose end
the databases check that nothing was left behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import ManyToManyRel, Model

from courses.activities.models import Activity, Session

OF_COURSES = frozenset(
    {
        "activity", "session", "segment", "attendance", "lease", "break", "checkplan", "check",
        "checkanswer", "gap", "absence",
    }
)  # fmt: skip
"""Tables of the storey below that a rehearsal may have rows in; anything else keeps it."""


class InUse(Exception):
    """Something refers to the rehearsal that is not part of it."""


def purge(session: Session) -> int:
    """Delete the activity of ``session`` with everything below; answers how many rows.

    Raises:
        ValueError: no rehearsal. InUse: a lesson or the like is made of it; nothing is deleted.
    """
    if session.rehearses_id is None:
        raise ValueError(f"{session.code} is a class")
    found: dict[type[Model], set[Any]] = {}
    _collect(Activity, {session.activity_id}, found)
    return sum(_delete(model, keys) for model, keys in found.items())


def _collect(model: type[Model], keys: set[Any], found: dict[type[Model], set[Any]]) -> None:
    known = found.setdefault(model, set())
    new = keys - known
    if not new:
        return
    known |= new
    for child, name in _children(model):
        rows = child._base_manager.filter(**{f"{name}__in": new})
        below = set(rows.values_list("pk", flat=True))
        if below and not _is_part(child):
            raise InUse(child._meta.label)
        if below:
            _collect(child, below, found)


def _children(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """Tables with a foreign key to ``model``, and the name of the key."""
    for relation in model._meta.related_objects:
        if not isinstance(relation, ManyToManyRel):
            yield relation.related_model, relation.field.name
    for many in model._meta.many_to_many:
        yield many.remote_field.through, many.m2m_field_name()  # type: ignore[misc]


def _is_part(model: type[Model]) -> bool:
    name = model._meta.model_name or ""
    if model._meta.app_label == "liveclass":
        return True
    return name in OF_COURSES or name.startswith("activity_")


def _delete(model: type[Model], keys: set[Any]) -> int:
    """Without looking at other tables: keys are checked when the transaction commits."""
    rows = model._base_manager.filter(pk__in=keys)
    return rows._raw_delete(rows.db)
