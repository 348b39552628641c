"""Addresses of requirements."""

from __future__ import annotations

from django.urls import path

from courses.credits.requirements import views

app_name = "requirements"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("new/", views.edit_page, name="new"),
    path("<slug:code>/", views.edit_page, name="version"),
    path("<slug:code>/about/", views.about_page, name="about"),
]
