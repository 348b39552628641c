"""Address of groups and posts, below those of the board."""

from __future__ import annotations

from django.urls import path

from courses.reports.groups import views

app_name = "groups"
urlpatterns = [
    path("<slug:unit>/groups/", views.page, name="page"),
]
