"""Addresses of the chat of a class."""

from django.urls import path

from liveclass.archive import files, views

urlpatterns = [
    path("<slug:code>/chat/", views.stretch, name="chat"),
    path("<slug:code>/chat/search/", views.find, name="chat_search"),
    path("<slug:code>/chat/chat.<str:kind>", files.export, name="chat_export"),
]
