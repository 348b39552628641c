"""Addresses of conversion tables, below those of requirements, whose codes are capitals."""

from __future__ import annotations

from django.urls import path

from courses.credits.tables import views

app_name = "tables"
urlpatterns = [
    path("tables/", views.list_page, name="list"),
    path("tables/new/", views.new_page, name="new"),
    path("tables/built-in/", views.table_page, name="built_in"),
    path("tables/<int:pk>/", views.table_page, name="table"),
]
