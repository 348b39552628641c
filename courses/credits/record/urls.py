"""Addresses of the record. Staff numbers have no small letters, so no word can be mistaken."""

from __future__ import annotations

from django.urls import path

from courses.credits.record import views, waivers

app_name = "record"
urlpatterns = [
    path("", views.record_page, name="mine"),
    path("entries/<int:pk>/", views.entry_page, name="entry"),
    path("entries/<int:pk>/request/", views.request_page, name="request_entry"),
    path("request/", views.request_page, name="request"),
    path("requests/", views.requests_page, name="requests"),
    path("requests/<int:pk>/", views.decide_page, name="decide"),
    path("<slug:staff_no>/", views.record_page, name="person"),
    path("<slug:staff_no>/add/", views.manual_page, name="manual"),
    path("<slug:staff_no>/tenure/", waivers.tenure_page, name="tenure"),
    path("<slug:staff_no>/waivers/", waivers.waivers_page, name="waivers"),
    path("<slug:staff_no>/waivers/<int:pk>/withdraw/", waivers.withdraw_page, name="withdraw"),
]
