"""The storey ``liveclass`` as Django knows it."""

from typing import Any

from django.apps import AppConfig


class LiveClassConfig(AppConfig):
    """Tables of the live rooms."""

    name = "liveclass"
    label = "liveclass"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the rooms what else has to be settled when a class, or a sign-in, ends."""
        from liveclass.attendance.credit import settle_hours
        from liveclass.polls.actions import close_open_polls
        from liveclass.rooms.actions import before_ending

        for settle in (close_open_polls, settle_hours):
            if settle not in before_ending:
                before_ending.append(settle)
        follow_sign_ins()


def follow_sign_ins() -> None:
    """Open pages notice when their sign-in ends: by signing out, or with the old password."""
    from allauth.account.signals import password_changed, password_reset, password_set
    from django.contrib.auth.signals import user_logged_out

    from liveclass.attendance.actions import ask_again

    def ended(user: Any = None, **about: Any) -> None:
        if user is not None and user.pk is not None:
            ask_again(user.pk)

    for signal in (user_logged_out, password_changed, password_reset, password_set):
        signal.connect(ended, weak=False, dispatch_uid="liveclass.follow_sign_ins")
