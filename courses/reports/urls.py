"""Addresses of the board."""

from __future__ import annotations

from django.urls import path

from courses.reports import views

app_name = "board"
urlpatterns = [
    path("", views.home_page, name="home"),
    path("<slug:unit>/", views.unit_page, name="unit"),
    path("<slug:unit>/ranking/", views.ranking_page, name="ranking"),
    path("<slug:unit>/export.csv", views.csv_page, name="csv"),
    path("<slug:unit>/people/<str:code>/", views.people_page, name="people"),
]
