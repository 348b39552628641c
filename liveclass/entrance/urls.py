"""Addresses of the doors into a room."""

from django.urls import path

from liveclass.entrance import views

urlpatterns = [
    path("<slug:code>/check/", views.check, name="check"),
    path("<slug:code>/room/", views.room, name="room"),
    path("<slug:code>/ticket/", views.ticket, name="ticket"),
    path("<slug:code>/publish-key/", views.publish_key, name="publish_key"),
]
