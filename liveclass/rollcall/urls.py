"""Address of the attendance list of a class."""

from django.urls import path

from liveclass.rollcall import views

urlpatterns = [
    path("<slug:code>/roll/", views.roll, name="roll"),
]
