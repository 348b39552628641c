"""Addresses of what staff do with a class that is over."""

from django.urls import path

from liveclass.edition import views

urlpatterns = [
    path("<slug:code>/edition/", views.edition, name="edition"),
    path("<slug:code>/edition/replay/", views.edit, name="edition_replay"),
    path("<slug:code>/edition/hide/", views.hide, name="edition_hide"),
    path("<slug:code>/edition/lesson/", views.publish, name="edition_lesson"),
]
