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
        from courses.assignments.queries import required
        from courses.authoring import actions as authoring
        from courses.authoring import parts
        from courses.catalog import actions as catalog
        from courses.catalog import publishing
        from courses.catalog.kinds import FILED
        from courses.checkpoints import actions as checkpoints
        from courses.completion import actions as completion
        from courses.completion import checkpointed, measures, quizzed, replays, settling
        from courses.completion.queries import period_of
        from courses.completion.rules import Answered, Attended, Passed, Present
        from courses.credits import actions as ledger
        from courses.credits.record import evidence
        from courses.credits.record import queries as records
        from courses.quizzes import actions as quizzes
        from courses.quizzes.queries import with_questions
        from courses.reports import actions as reports
        from courses.reports.flags import actions as flags
        from courses.reports.flags import queries as flagged
        from courses.reports.hours import actions as hours
        from courses.study import doors
        from courses.study import queries as study
        from members.accounts import actions as people
        from members.units import actions as units

        measures.known |= {Attended: shares.attended, Present: shares.attended}
        measures.known[Passed] = quizzed.passed
        measures.known[Answered] = checkpointed.answered
        evidence.answers_of[:] = [checkpointed.answers_of]
        study.required_of[:] = [required]
        checkpoints.when_passed[:] = [quizzed.look_again]
        checkpoints.when_set[:] = [authoring.lesson_changed]
        publishing.has_content["quiz"] = with_questions
        quizzes.period_of[:] = [period_of]
        quizzes.when_submitted[:] = [quizzed.look_again]
        catalog.when_changed[:] = [authoring.changed]
        replays.when_replayed[:] = [replaying.take]
        parts.below |= dict.fromkeys(FILED, "uploads:page")
        doors.addresses |= dict.fromkeys(("video", "audio", "document"), "player:lesson")
        completion.when_enrolled[:] = [reports.enrolled]
        completion.when_refused[:] = [flags.doubt]
        records.noticed_of[:] = [flagged.about]
        settling.when_completed[:] = [assignments.close, reports.completed]
        assignments.when_changed[:] = [reports.obliged]
        ledger.when_recorded[:] = [hours.recorded]
        ledger.when_excused[:] = [hours.look_again]
        people.when_active_changed[:] = [reports.came_or_left, hours.came_or_left]
        people.when_moved[:] = [reports.moved, hours.moved]
        units.when_role_changed[:] = [hours.look_again]
        units.when_moved[:] = [reports.recount, hours.rehang]
