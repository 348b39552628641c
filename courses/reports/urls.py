"""Addresses of the board."""

from __future__ import annotations

from django.urls import path

from courses.reports import file_views, views

app_name = "board"
urlpatterns = [
    path("", views.home_page, name="home"),
    path("files/<int:pk>/", file_views.file_page, name="file"),
    path("files/<int:pk>/learning.xlsx", file_views.download, name="download"),
    path("<slug:unit>/", views.unit_page, name="unit"),
    path("<slug:unit>/ranking/", views.ranking_page, name="ranking"),
    path("<slug:unit>/export.csv", views.csv_page, name="csv"),
    path("<slug:unit>/export.pdf", file_views.pdf, name="pdf"),
    path("<slug:unit>/export/", file_views.ask, name="ask"),
    path("<slug:unit>/remind/", views.remind, name="remind"),
    path("<slug:unit>/people/", views.people_page, name="everybody"),
    path("<slug:unit>/people/<str:code>/", views.people_page, name="people"),
]
