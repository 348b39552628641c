"""Addresses of the list of classes and of everything about one class, all under ``classes:``."""

from django.urls import include, path

from liveclass.classes import sessions, views

app_name = "classes"

urlpatterns = [
    path("", views.class_list, name="list"),
    path("new/", views.new, name="new"),
    path("<slug:code>/", views.detail, name="detail"),
    path("<slug:code>/edit/", views.edit, name="edit"),
    path("<slug:code>/sessions/", sessions.add, name="add_session"),
    path("<slug:code>/calendar.ics", views.calendar, name="calendar"),
    path("", include("liveclass.guests.urls")),  # guests/ and guest/<token>/
    path("", include("liveclass.entrance.urls")),  # check/ delay/ room/ ticket/
    path("", include("liveclass.reception.urls")),  # media/
    path("", include("liveclass.rollcall.urls")),  # roll/
    path("", include("liveclass.archive.urls")),  # chat/
    path("", include("liveclass.rehearsals.urls")),  # rehearsal/
    path("", include("liveclass.tray.urls")),  # polls/
    path("", include("liveclass.whisper.urls")),  # whispers/
    path("", include("liveclass.summary.urls")),  # summary/ and its tables
    path("", include("liveclass.edition.urls")),  # edition/
    path("", include("liveclass.replay.urls")),  # replay/ and recording/
]
