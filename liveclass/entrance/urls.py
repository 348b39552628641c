"""Addresses of the doors into a room."""

from django.urls import path

from liveclass.entrance import delay, lobby, views

urlpatterns = [
    path("<slug:code>/delay/", delay.delay, name="delay"),
    path("<slug:code>/check/", views.check, name="check"),
    path("<slug:code>/room/", views.room, name="room"),
    path("<slug:code>/ticket/", views.ticket, name="ticket"),
    path("<slug:code>/lobby/", lobby.knock, name="knock"),
    path("<slug:code>/lobby/leave/", lobby.walk_away, name="walk_away"),
    path("<slug:code>/publish-key/", views.publish_key, name="publish_key"),
]
