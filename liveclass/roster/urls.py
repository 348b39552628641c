"""Addresses of sessions held in a place, all under ``sessions:``."""

from django.urls import path

from liveclass.roster import views

app_name = "sessions"

urlpatterns = [
    path("new/", views.new, name="new"),
    path("<slug:code>/", views.detail, name="detail"),
    path("<slug:code>/edit/", views.edit, name="edit"),
    path("<slug:code>/roster/", views.roster, name="roster"),
]
