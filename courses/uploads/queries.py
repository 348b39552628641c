"""What stands behind the files of a lesson."""

from __future__ import annotations

from courses.catalog.models import Caption, Material


def left_behind(material: Material) -> list[Caption]:
    """Captions of earlier versions, in languages that ``material`` has none in: the newest of
    each."""
    earlier = Caption.objects.filter(
        material__lesson=material.lesson_id, material__version__lt=material.version
    ).exclude(language__in=material.captions.values("language"))
    found: dict[str, Caption] = {}
    for one in earlier.select_related("material").order_by("material__version"):
        found[one.language] = one
    return list(found.values())
