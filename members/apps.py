"""The storey ``members`` as Django knows it."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Tables of the organisation and its people."""

    name = "members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"
