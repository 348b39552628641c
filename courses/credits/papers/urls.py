"""Addresses of printed records. ``verify/record/`` is printed on paper: it never changes."""

from __future__ import annotations

from django.urls import path

from courses.credits.papers import views

app_name = "papers"
urlpatterns = [
    path("verify/record/<slug:number>/", views.verify, name="verify"),
    path("papers/record/", views.pdf, name="mine"),
    path("papers/record/<slug:staff_no>/", views.pdf, name="person"),
]
