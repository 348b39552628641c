"""Addresses of the import of people, all under ``people:``."""

from __future__ import annotations

from django.urls import path

from members.intake import views

app_name = "people"
urlpatterns = [
    path("", views.start, name="start"),
    path("template.csv", views.template, name="template"),
    path("<int:key>/", views.file, name="file"),
    path("<int:key>/refused.csv", views.refused, name="refused"),
    path("<int:key>/passwords.csv", views.passwords, name="passwords"),
]
