"""Addresses below ``/courses/`` of files on their way in: the page of a lesson, and tus."""

from __future__ import annotations

from django.urls import path

from courses.uploads import tus, views

app_name = "uploads"
urlpatterns = [
    path("uploads/<slug:code>/<int:lesson>/", tus.collection, name="begin"),
    path("uploads/<slug:code>/<int:lesson>/<uuid:upload>/", tus.resource, name="upload"),
    path("<slug:code>/edit/lessons/<int:lesson>/file/", views.page, name="page"),
    path("<slug:code>/edit/lessons/<int:lesson>/file/state/", views.state, name="state"),
    path(
        "<slug:code>/edit/lessons/<int:lesson>/file/<int:version>/captions/",
        views.captions,
        name="captions",
    ),
    path(
        "<slug:code>/edit/lessons/<int:lesson>/file/<int:version>/captions/carry/",
        views.carry,
        name="carry",
    ),
    path(
        "<slug:code>/edit/lessons/<int:lesson>/file/<int:version>/captions/remove/",
        views.uncaption,
        name="uncaption",
    ),
    path("<slug:code>/edit/lessons/<int:lesson>/file/<int:version>/drop/", views.drop, name="drop"),
]
