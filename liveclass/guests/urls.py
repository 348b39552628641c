"""Addresses of the guest link."""

from django.urls import path

from liveclass.guests import views

urlpatterns = [
    path("<slug:code>/guests/", views.make, name="make_guest_link"),
    path("<slug:code>/guests/close/", views.close, name="close_guest_link"),
    path("<slug:code>/guest/<str:token>/", views.guest, name="guest"),
]
