"""Addresses of a replay: the page, what happened when, and the files."""

from django.urls import path

from liveclass.replay import lease, views

urlpatterns = [
    path("<slug:code>/replay/", views.replay, name="replay"),
    path("<slug:code>/replay/events.json", views.events, name="replay_events"),
    path("<slug:code>/replay/lease/", lease.lease, name="replay_lease"),
    path("<slug:code>/recording/<int:run>/<str:name>", views.file, name="recording_file"),
]
