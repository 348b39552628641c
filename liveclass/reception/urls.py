"""Addresses of the page that shows how a class arrives."""

from django.urls import path

from liveclass.reception import views

urlpatterns = [
    path("<slug:code>/media/", views.page, name="media"),
    path("<slug:code>/media/figures/", views.figures, name="media_figures"),
]
