"""Addresses of what a class left behind."""

from django.urls import path

from liveclass.summary import views

urlpatterns = [
    path("<slug:code>/summary/", views.summary, name="summary"),
    path("<slug:code>/summary/<slug:table>.csv", views.export, name="export"),
]
