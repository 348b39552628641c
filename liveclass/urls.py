"""All addresses on one page."""

from __future__ import annotations

from django.urls import include, path

from liveclass import views
from liveclass.home.views import home
from liveclass.interop.media_hooks import media_hook
from liveclass.metrics import metrics_page

urlpatterns = [
    path("", home, name="home"),
    path("", include("members.accounts.urls")),  # accounts/… preferences/ me/
    path("organisation/people/", include("members.intake.urls")),
    path("", include("members.units.urls")),  # organisation/ theme.css logo
    path("classes/", include("liveclass.lectern.urls")),  # …/slides/…
    path("classes/", include("liveclass.classes.urls")),
    path("whispers/", include("liveclass.whisper.guardian_urls")),
    path("sessions/", include("liveclass.roster.urls")),
    path("absences/", include("courses.activities.presence.urls")),
    path("courses/", include("courses.uploads.urls")),  # uploads/… …/file/
    # before the others: “questions” would be taken for the code of a course
    path("courses/", include("courses.quizzes.urls")),  # …/quiz/… questions/…
    path("courses/", include("courses.authoring.urls")),
    path("courses/", include("courses.study.urls")),
    path("courses/materials/", include("liveclass.materials.urls")),
    path("courses/", include("courses.player.urls")),
    path("record/", include("courses.reports.evidence.urls")),  # …/courses/…
    path("record/", include("courses.credits.record.urls")),
    path("", include("courses.credits.certificates.urls")),  # verify/… certificates/…
    path("", include("courses.credits.papers.urls")),  # verify/record/… papers/…
    path("assignments/", include("courses.assignments.urls")),
    path("requirements/", include("courses.credits.tables.urls")),  # tables/…
    path("requirements/", include("courses.credits.closing.urls")),
    path("requirements/", include("courses.credits.requirements.urls")),
    path("board/", include("courses.reports.flags.urls")),
    path("board/", include("courses.reports.groups.urls")),
    path("board/", include("courses.reports.hours.urls")),
    path("board/", include("courses.reports.urls")),
    path("hooks/media", media_hook, name="media_hook"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", metrics_page, name="metrics"),
]
# /ws/room/<code>/ and /media/* are not Django's: see asgi.py

handler500 = "liveclass.views.server_error"
