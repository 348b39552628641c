"""The storey ``courses`` as Django knows it."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Tables of everything that is learnt and counted."""

    name = "courses"
    label = "courses"
    default_auto_field = "django.db.models.BigAutoField"
