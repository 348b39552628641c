"""The storey ``liveclass`` as Django knows it."""

from typing import Any

from django.apps import AppConfig


class LiveClassConfig(AppConfig):
    """Tables of the live rooms."""

    name = "liveclass"
    label = "liveclass"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the rooms what else is settled when a class begins or ends, or a sign-in."""
        from liveclass.attendance.credit import settle_hours
        from liveclass.checks import actions as checks
        from liveclass.polls import actions as polls
        from liveclass.polls.queries import last_votes
        from liveclass.recordings.actions import begin_with_class, end_with_class
        from liveclass.rooms import aloud
        from liveclass.rooms.actions import after_starting, before_ending
        from liveclass.slides.actions import begin_with_class as show_slides
        from liveclass.slides.queries import page_on_stage
        from liveclass.speaking.actions import silence_all
        from members.units import actions as units

        for settle in (
            checks.drop_open, polls.close_open_polls, end_with_class, settle_hours, silence_all,
        ):  # fmt: skip
            if settle not in before_ending:
                before_ending.append(settle)
        for follow in (begin_with_class, show_slides):
            if follow not in after_starting:
                after_starting.append(follow)
        if last_votes not in checks.signs_of_life:
            checks.signs_of_life.append(last_votes)
        polls.slide_shown = page_on_stage
        if aloud.forget not in units.when_saved:
            units.when_saved.append(aloud.forget)
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
