"""Addresses of an author's pages of a quiz, below the quiz's own."""

from __future__ import annotations

from django.urls import path

from courses.quizzes.setup import views

urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("preview/", views.preview_page, name="preview"),
    path("statistics/", views.statistics_page, name="statistics"),
]
