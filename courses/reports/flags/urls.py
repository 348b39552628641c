"""Addresses of flags, below the board."""

from __future__ import annotations

from django.urls import path

from courses.reports.flags import views

app_name = "flags"
urlpatterns = [
    path("flags/", views.list_page, name="list"),
    path("flags/<int:pk>/", views.flag_page, name="flag"),
    path("flags/<int:pk>/mine/", views.say_page, name="say"),
]
