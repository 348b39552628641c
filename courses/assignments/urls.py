"""Addresses of assignments."""

from __future__ import annotations

from django.urls import path

from courses.assignments import views

app_name = "assignments"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("new/", views.new_page, name="new"),
    path("count/", views.count, name="count"),
    path("mine/", views.mine_page, name="mine"),
    path("<int:pk>/", views.detail_page, name="detail"),
    path("<int:pk>/change/", views.change_page, name="change"),
    path("<int:pk>/count/", views.count, name="count_changed"),
    path("<int:pk>/end/", views.end_it, name="end"),
    path("<int:pk>/remind/", views.remind, name="remind"),
    path("obligations/<int:pk>/waive/", views.waive_page, name="waive"),
]
