"""Addresses of the reasons for absence, all under ``absences:``."""

from django.urls import path

from courses.activities.presence import views

app_name = "absences"

urlpatterns = [
    path("", views.absences_page, name="list"),
    path("<int:pk>/withdraw/", views.withdraw_page, name="withdraw"),
]
