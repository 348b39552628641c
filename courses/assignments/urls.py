"""Addresses of assignments."""

from __future__ import annotations

from django.urls import path

from courses.assignments import views

app_name = "assignments"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("new/", views.new_page, name="new"),
    path("mine/", views.mine_page, name="mine"),
    path("<int:pk>/", views.detail_page, name="detail"),
    path("<int:pk>/end/", views.end_it, name="end"),
    path("<int:pk>/remind/", views.remind, name="remind"),
    path("obligations/<int:pk>/waive/", views.waive_page, name="waive"),
]
