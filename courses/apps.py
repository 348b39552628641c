"""The storey ``courses`` as Django knows it."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Tables of everything that is learnt and counted."""

    name = "courses"
    label = "courses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell lower features who above them wants to know, or knows."""
        from courses.activities import replaying, shares
        from courses.assignments import actions as assignments
        from courses.authoring import actions as authoring
        from courses.authoring import parts
        from courses.catalog import actions as catalog
        from courses.catalog import publishing
        from courses.catalog.kinds import FILED
        from courses.completion import measures, quizzed, replays, settling
        from courses.completion.queries import period_of
        from courses.completion.rules import Attended, Passed, Present
        from courses.quizzes import actions as quizzes
        from courses.quizzes.queries import with_questions
        from courses.study import doors

        measures.known |= {Attended: shares.attended, Present: shares.attended}
        measures.known[Passed] = quizzed.passed
        publishing.has_content["quiz"] = with_questions
        quizzes.period_of[:] = [period_of]
        quizzes.when_submitted[:] = [quizzed.look_again]
        catalog.when_changed[:] = [authoring.changed]
        settling.when_completed[:] = [assignments.close]
        replays.when_replayed[:] = [replaying.take]
        parts.below |= dict.fromkeys(FILED, "uploads:page")
        doors.addresses |= dict.fromkeys(("video", "audio", "document"), "player:lesson")
