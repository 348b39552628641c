"""The storey ``liveclass`` as Django knows it."""

from django.apps import AppConfig


class LiveClassConfig(AppConfig):
    """Tables of the live rooms."""

    name = "liveclass"
    label = "liveclass"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the rooms what else has to be settled when a class ends."""
        from liveclass.polls.actions import close_open_polls
        from liveclass.rooms.actions import before_ending

        if close_open_polls not in before_ending:
            before_ending.append(close_open_polls)
