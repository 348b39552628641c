"""Addresses of a rehearsal."""

from django.urls import path

from liveclass.rehearsals import views

urlpatterns = [
    path("<slug:code>/rehearsal/", views.begin, name="rehearse"),
    path("<slug:code>/rehearsal/throw-away/", views.throw_away, name="throw_away"),
]
