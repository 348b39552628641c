"""Addresses about the organisation."""

from __future__ import annotations

from django.urls import path

from members.units import views

urlpatterns = [
    path("organisation/", views.settings_page, name="organisation"),
    path("theme.css", views.theme_css, name="theme_css"),
    path("logo", views.logo, name="logo"),
]
