"""Addresses of the evidence of one course, below those of a record."""

from __future__ import annotations

from django.urls import path

from courses.reports.evidence import views

app_name = "evidence"
urlpatterns = [
    path("courses/<str:code>/", views.course_page, name="mine"),
    path("<slug:staff_no>/courses/<str:code>/", views.course_page, name="person"),
]
