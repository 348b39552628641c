"""Addresses of the list of classes and of everything about one class, all under ``classes:``."""

from django.urls import include, path

from liveclass.classes import views

app_name = "classes"

urlpatterns = [
    path("", views.class_list, name="list"),
    path("new/", views.new, name="new"),
    path("<slug:code>/", views.detail, name="detail"),
    path("<slug:code>/edit/", views.edit, name="edit"),
    path("<slug:code>/calendar.ics", views.calendar, name="calendar"),
    path("<slug:code>/polls/", views.prepare_poll, name="prepare_poll"),
    path("", include("liveclass.entrance.urls")),  # check/ room/ ticket/
    path("", include("liveclass.reception.urls")),  # media/
    path("", include("liveclass.summary.urls")),  # summary/ and its tables
    path("", include("liveclass.replay.urls")),  # replay/ and recording/
]
