"""Addresses of the own whispers of a class."""

from django.urls import path

from liveclass.whisper import views

urlpatterns = [
    path("<slug:code>/whispers/", views.whispers, name="whispers"),
    path("<slug:code>/whispers/box.json", views.box, name="whisper_box"),
    path("<slug:code>/whispers/<slug:handle>/", views.whisper, name="whisper"),
]
