"""Addresses of closed periods, below those of requirements."""

from __future__ import annotations

from django.urls import path

from courses.credits.closing import views

app_name = "closing"
urlpatterns = [
    path("<slug:code>/periods/", views.periods_page, name="periods"),
    path("closed/<int:pk>/", views.close_page, name="close"),
]
