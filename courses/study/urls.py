"""Addresses of courses, all under ``courses:``."""

from __future__ import annotations

from django.urls import path

from courses.study import views

app_name = "courses"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("<slug:code>/", views.course_page, name="course"),
    path("<slug:code>/cover.jpg", views.cover, name="cover"),
    path("<slug:code>/start/", views.start, name="start"),
    path("<slug:code>/lessons/<int:lesson>/", views.lesson_page, name="lesson"),
    path("<slug:code>/lessons/<int:lesson>/read/", views.read, name="read"),
]
