"""Addresses of required hours, below those of the board."""

from __future__ import annotations

from django.urls import path

from courses.reports.hours import views

app_name = "hours"
urlpatterns = [
    path("<slug:unit>/hours/", views.unit_page, name="unit"),
    path("<slug:unit>/hours/export.csv", views.csv_page, name="csv"),
    path("<slug:unit>/hours/export.pdf", views.pdf, name="pdf"),
    path("<slug:unit>/hours/export/", views.ask, name="ask"),
    path("<slug:unit>/hours/people/", views.people_page, name="everybody"),
    path("<slug:unit>/hours/people/<slug:code>/", views.people_page, name="people"),
]
