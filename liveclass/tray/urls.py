"""Addresses of the polls prepared for a class."""

from django.urls import path

from liveclass.tray import views

urlpatterns = [
    path("<slug:code>/polls/", views.tray, name="tray"),
    path("<slug:code>/polls/copy/", views.copy, name="tray_copy"),
    path("<slug:code>/polls/<int:poll>/edit/", views.edit, name="tray_edit"),
    path("<slug:code>/polls/<int:poll>/move/", views.move, name="tray_move"),
    path("<slug:code>/polls/<int:poll>/delete/", views.drop, name="tray_drop"),
]
