"""Addresses of the player, below ``/courses/``."""

from __future__ import annotations

from django.urls import path

from courses.player import docked, views

app_name = "player"

urlpatterns = [
    path("<slug:code>/lessons/<int:lesson>/play/", views.lesson_page, name="lesson"),
    path("<slug:code>/lessons/<int:lesson>/open/", views.open_page, name="open"),
    path(
        "<slug:code>/lessons/<int:lesson>/checkpoints/<int:checkpoint>/",
        docked.checkpoint, name="checkpoint",
    ),
]  # fmt: skip
