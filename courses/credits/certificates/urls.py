"""Addresses of certificates. ``verify/`` is printed on paper: it never changes."""

from __future__ import annotations

from django.urls import path

from courses.credits.certificates import lists, views

app_name = "certificates"
urlpatterns = [
    path("verify/<slug:number>/", views.verify, name="verify"),
    path("certificates/", lists.list_page, name="list"),
    path("certificates/mine.zip", lists.own_archive, name="archive"),
    path("certificates/unit.zip", lists.unit_archive, name="unit_archive"),
    path("certificates/<slug:number>/pdf/", views.pdf, name="pdf"),
    path("certificates/<slug:number>/revoke/", views.revoke_page, name="revoke"),
]
