"""Addresses of what a class left behind."""

from django.urls import path

from liveclass.summary import answering, views

urlpatterns = [
    path("<slug:code>/summary/", views.summary, name="summary"),
    path("<slug:code>/summary/<slug:table>.csv", views.export, name="export"),
    path("<slug:code>/questions/<int:question>/", answering.answer, name="answer"),
    path("<slug:code>/polls/<int:poll>/", views.poll, name="poll"),
    path("<slug:code>/polls/<int:poll>.csv", views.poll_file, name="poll_file"),
]
