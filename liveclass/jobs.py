"""The jobs of the worker process: what is done later, or by the clock."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from courses.activities.credit import count
from courses.activities.queries import to_be_counted
from courses.assignments import actions as assignments
from courses.assignments import queries as obligations
from courses.assignments import reminding
from courses.authoring.actions import settle_everybody
from courses.catalog import publishing
from courses.credits.closing import actions as closing
from courses.credits.queries import today
from courses.credits.sealing import seal
from courses.quizzes.actions import end_left_over
from courses.reports import files
from courses.reports.actions import fold, settle_turns
from courses.reports.flags import actions as flags
from courses.reports.hours.actions import keep_up
from courses.uploads.actions import sweep
from courses.uploads.jobs import make_ready, take_up
from liveclass.attendance import credit
from liveclass.demo.lesson import film_for_demo
from liveclass.lateness import actions as lateness
from liveclass.lectern import actions as lectern
from liveclass.lectern import jobs as lectern_jobs
from liveclass.questions.afterwards import letters
from liveclass.rehearsals import actions as rehearsals
from liveclass.rooms import reminders
from liveclass.whisper import answering
from liveclass.whisper import keeping as whispers
from realtime.jobs import every, task

HOURS_SECONDS = 20
"""Of each minute, for the figures of required hours: other jobs have the rest."""
FAILURES_KEPT = timedelta(days=30)

logger = logging.getLogger(__name__)


@task
def remind(session: int, member: int) -> None:
    """Send one person the reminder of one class."""
    reminders.send(session, member)


@every(minutes=1)
def remind_of_classes() -> None:
    """Queue the reminders of the classes that begin soon; each person is reminded once."""
    now = timezone.now()
    for session in reminders.due(now):
        members = reminders.people(session)
        for member in members:
            remind.enqueue(session.pk, member)
        logger.info("reminders queued", extra={"code": session.code, "people": len(members)})


tell_of_delay = lateness.tell_people, lateness.tell
"""Queued when a class is put off."""

count_class = credit.count_class
"""Queued when a class ends; known to the worker by being named here."""


tell_answer = letters.tell_answer
"""Queued when a question is answered after its class."""


@every(minutes=1)
def count_ended_classes() -> None:
    """Write the hours of classes whose job was lost, oldest first."""
    for session in to_be_counted():
        count(session)
        logger.info("class counted late", extra={"code": session.code})


settle_changed_course = settle_everybody
"""Queued when the lessons or the rule of a course change."""


@every(minutes=1)
def move_courses() -> None:
    """Publish courses whose day or turn has come, and take off the shelf what has expired."""
    counts = {
        "published": publishing.publish_due(),
        "of_series": publishing.run_series(),
        "expired": publishing.expire(),
    }
    if any(counts.values()):
        logger.info("courses moved", extra=counts)


make_film_for_demo = film_for_demo
"""Queued when the demo is loaded: its course waits for a film."""

make_material_ready = make_ready
"""Queued when a lesson's file has arrived."""


@every(minutes=1)
def take_up_materials() -> None:
    """Go on with files whose worker died."""
    if queued := take_up():
        logger.info("materials taken up", extra={"materials": queued})


make_slides_ready = lectern_jobs.make_ready
"""Queued when a file of slides has arrived."""


@every(minutes=1)
def take_up_slides() -> None:
    """Go on with slides whose worker died."""
    if queued := lectern_jobs.take_up():
        logger.info("slides taken up", extra={"decks": queued})


@every(minutes=1)
def end_quizzes() -> None:
    """Hand in, for members who did not, the quizzes whose time is over."""
    end_left_over()


@every(minutes=5)
def look_at_quizzes() -> None:
    """Notice quizzes that were answered too fast, or like others; a human looks into them."""
    flags.look_at_attempts()


@every(minutes=1440)
def forget_what_was_noticed() -> None:
    """Keep what was noticed no longer than it is needed."""
    flags.forget()


@every(minutes=15)
def keep_assignments() -> None:
    """Let obligations follow who joined and left, and write the notices of the day."""
    day = today()
    for one in obligations.running(day).order_by("pk").values_list("pk", flat=True):
        made = assignments.refresh(one, day)
        if made:
            logger.info("obligations made", extra={"assignment": one, "people": made})
    reminding.write_notices(day)


@task
def send_digest(reader: int) -> None:
    """Send one person one mail with everything she is to be told."""
    reminding.send_digest(reader, reminders.site_address())


@every(minutes=15)
def send_digests() -> None:
    """Queue the digests that may be sent at this hour."""
    for reader in reminding.due_digests(timezone.now()):
        send_digest.enqueue(reader)


@every(minutes=1)
def fold_figures() -> None:
    """Bring the board's figures up to date, so that the next reader finds little to do."""
    fold()


@every(minutes=1)
def keep_hours() -> None:
    """Go on with the figures of required hours; what is left waits for the next minute."""
    if waiting := keep_up(HOURS_SECONDS):
        logger.info("figures of hours go on", extra={"looks": waiting})


@task
def remind_to_answer(session: int, member: int) -> None:
    """Tell one person that somebody waits for her answer."""
    answering.send(session, member)


@every(minutes=15)
def remind_of_whispers() -> None:
    """Queue the reminders of whispers that wait for two days; each is reminded of once."""
    for one in answering.due(timezone.now()):
        remind_to_answer.enqueue(one.session, one.recipient)


@every(minutes=60)
def drop_whispers() -> None:
    """Delete whispers whose day has come. How many they were is nobody's business."""
    whispers.expire()


make_workbook = files.make_workbook
"""Queued when somebody asks for a workbook of the board."""


@every(minutes=10)
def drop_exports() -> None:
    """Drop workbooks nobody may take any more."""
    if dropped := files.sweep():
        logger.info("exports dropped", extra={"exports": dropped})


write_lines = closing.write_lines
"""Queued when a period of very many people is closed."""


@every(minutes=1)
def go_on_closing() -> None:
    """Take up closed periods whose worker died."""
    if queued := closing.take_up():
        logger.info("closed periods taken up", extra={"closes": queued})


@every(minutes=1)
def seal_ledger() -> None:
    """Put new entries of the ledger into the hash chain."""
    seal()


@every(minutes=24 * 60)
def clean_up() -> None:
    """Drop what nobody needs any more: expired sign-in sessions, marks of reminders long sent."""
    call_command("clearsessions")
    sweep()
    lectern.sweep()
    settle_turns()
    answering.forget(timezone.now())
    rehearsals.sweep()
    logger.info("cleaned up", extra={"reminder_marks": reminders.forget(timezone.now())})
