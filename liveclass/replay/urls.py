"""Addresses of a replay: the page, what happened when, and the files."""

from django.urls import path

from liveclass.replay import asked, downloads, lease, views

urlpatterns = [
    path("<slug:code>/replay/", views.replay, name="replay"),
    path("<slug:code>/replay/events.json", views.events, name="replay_events"),
    path("<slug:code>/replay/captions.vtt", views.captions, name="replay_captions"),
    path("<slug:code>/replay/lease/", lease.lease, name="replay_lease"),
    path("<slug:code>/replay/answer/<int:poll>/", asked.answer, name="replay_answer"),
    path("<slug:code>/downloads/", downloads.downloads, name="downloads"),
    path("<slug:code>/downloads/chat.txt", downloads.chat, name="download_chat"),
    path("<slug:code>/downloads/<str:name>", downloads.track, name="download_track"),
    path("<slug:code>/recording/<int:run>/<str:name>", views.file, name="recording_file"),
]
