"""The only writers of the organisation and its trees. The closure is always kept beside them."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from members.units.models import Organisation, Unit, UnitClosure, UnitKind, UnitRole

when_saved: list[Callable[[], object]] = []
"""Told that the organisation was changed, after the commit; set in ``apps.ready``."""
when_moved: list[Callable[[], object]] = []
"""Told that a branch hangs elsewhere, in that transaction; set in ``apps.ready``."""
when_role_changed: list[Callable[[int], None]] = []
"""Told who has another role in a unit now, in that transaction; set in ``apps.ready``."""


@transaction.atomic
def save_organisation(**fields: object) -> Organisation:
    """Change the one organisation; refuses (ValidationError) a colour white cannot be read on."""
    found = Organisation.objects.select_for_update().filter(pk=Organisation.ONLY).first()
    changed = found or Organisation()
    for name, value in fields.items():
        setattr(changed, name, value)
    changed.full_clean(validate_unique=False)
    changed.save()
    for tell in when_saved:
        transaction.on_commit(tell)
    return changed


@transaction.atomic
def create_unit(
    kind: UnitKind,
    code: str,
    name_zh: str,
    name_en: str = "",
    parent: Unit | None = None,
    order: int = 0,
) -> Unit:
    """A new leaf below ``parent``; without one it is the root of a tree of its own."""
    _same_tree(kind, parent)
    unit = Unit(kind=kind, code=code, name_zh=name_zh, name_en=name_en, parent=parent, order=order)
    unit.full_clean()
    unit.save()
    UnitClosure.objects.create(ancestor=unit, descendant=unit, depth=0)
    if parent is not None:
        _hang(unit, parent)
    return unit


def rename_unit(unit: Unit, **names: str) -> Unit:
    """Give ``unit`` other names (``name_zh``, ``name_en``)."""
    for field, name in names.items():
        setattr(unit, field, name)
    unit.full_clean()
    unit.save(update_fields=list(names))
    return unit


@transaction.atomic
def move_unit(unit: Unit, parent: Unit | None) -> Unit:
    """Hang ``unit`` with everything below it under ``parent`` (``None``: make it a root).

    Raises ValidationError when ``parent`` lies inside the branch that moves, or in another tree.
    """
    # Two moves at the same time could close a circle that neither of them sees.
    list(Unit.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    _same_tree(UnitKind(unit.kind), parent)
    if parent is not None and _is_below(parent, unit):
        raise ValidationError(_("A unit cannot be moved below itself."), code="cycle")
    _unhang(unit)
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    unit.parent = parent
    if parent is not None:
        _hang(unit, parent)
    for tell in when_moved:
        tell()
    return unit


@transaction.atomic
def give_role(unit: Unit, member_id: int, role: str) -> UnitRole:
    """Make a person something in a unit; doing it twice changes nothing."""
    given, made = UnitRole.objects.get_or_create(unit=unit, member_id=member_id, role=role)
    if made:
        _tell_role(member_id)
    return given


@transaction.atomic
def take_role(unit: Unit, member_id: int, role: str) -> None:
    """Take a role back; not having had it is fine."""
    gone, _by_model = UnitRole.objects.filter(unit=unit, member_id=member_id, role=role).delete()
    if gone:
        _tell_role(member_id)


def _tell_role(member_id: int) -> None:
    for tell in when_role_changed:
        tell(member_id)


def _same_tree(kind: UnitKind, parent: Unit | None) -> None:
    if parent is not None and parent.kind != kind:
        raise ValidationError(
            _("Departments and groups are two trees and cannot be mixed."), code="other_tree"
        )


def _is_below(unit: Unit, ancestor: Unit) -> bool:
    return UnitClosure.objects.filter(ancestor=ancestor, descendant=unit).exists()


def _hang(unit: Unit, parent: Unit) -> None:
    """Every ancestor of ``parent`` becomes an ancestor of everything in the branch of ``unit``."""
    above = UnitClosure.objects.filter(descendant=parent).values_list("ancestor_id", "depth")
    below = UnitClosure.objects.filter(ancestor=unit).values_list("descendant_id", "depth")
    UnitClosure.objects.bulk_create(
        UnitClosure(ancestor_id=top, descendant_id=leaf, depth=up + down + 1)
        for top, up in above
        for leaf, down in list(below)
    )


def _unhang(unit: Unit) -> None:
    """Cut all paths that lead into the branch of ``unit`` from outside it."""
    inside = UnitClosure.objects.filter(ancestor=unit).values("descendant")
    UnitClosure.objects.filter(descendant__in=inside).exclude(ancestor__in=inside).delete()
