"""The shelves of the catalogue: named in both languages, put in order, taken away when empty."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max

from courses.catalog.models import Category
from courses.catalog.refusals import CourseRefused

MOST = 100
"""Categories of an organisation."""


def add_category(name_zh: str, name_en: str) -> Category:
    """A new category, behind the others.

    Raises:
        CourseRefused: ``category_taken``, ``category_full``.
    """
    if Category.objects.count() >= MOST:
        raise CourseRefused("category_full")
    last = Category.objects.aggregate(last=Max("order"))["last"]
    made = Category(order=0 if last is None else last + 1)
    return _named(made, name_zh, name_en)


def rename_category(category: Category, name_zh: str, name_en: str) -> Category:
    """Other names for the same category: courses stay in it.

    Raises:
        CourseRefused: ``category_taken``.
    """
    return _named(category, name_zh, name_en)


def _named(category: Category, name_zh: str, name_en: str) -> Category:
    category.name_zh, category.name_en = name_zh, name_en
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as twice:
        raise CourseRefused("category_taken") from twice
    return category


@transaction.atomic
def raise_category(category: Category) -> None:
    """One place towards the front."""
    rows = list(Category.objects.select_for_update().order_by("order", "pk"))
    at = next(place for place, one in enumerate(rows) if one.pk == category.pk)
    if at:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for place, one in enumerate(rows):
        one.order = place
    Category.objects.bulk_update(rows, ["order"])


@transaction.atomic
def remove_category(category: Category) -> None:
    """Take an empty one away.

    Raises:
        CourseRefused: ``category_used`` while a course is in it.
    """
    locked = Category.objects.select_for_update().get(pk=category.pk)
    if locked.courses.exists():
        raise CourseRefused("category_used")
    locked.delete()
