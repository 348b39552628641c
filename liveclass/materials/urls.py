"""Addresses of materials, below ``/courses/materials/``."""

from __future__ import annotations

from django.urls import path

from liveclass.materials import views

app_name = "materials"

urlpatterns = [
    path("<uuid:folder>/captions/<str:language>.vtt", views.captions, name="captions"),
    path("<uuid:folder>/<path:name>", views.file, name="file"),
]
