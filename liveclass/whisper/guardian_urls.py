"""Addresses of those who may open a reported whisper, two together."""

from django.urls import path

from liveclass.whisper import guardian_views as views

app_name = "whispers"

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<int:report>/", views.decide, name="decide"),
]
