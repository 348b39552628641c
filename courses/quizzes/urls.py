"""Addresses of quizzes and of question banks, below /courses/."""

from __future__ import annotations

from django.urls import include, path

from courses.quizzes import views

QUIZ = "<str:code>/lessons/<int:lesson>/quiz/"

app_name = "quizzes"
urlpatterns = [
    path("", include("courses.quizzes.bank.urls")),  # questions/…
    path(QUIZ, views.lesson_page, name="lesson"),
    path(f"{QUIZ}start/", views.start_page, name="start"),
    path(f"{QUIZ}attempts/<int:attempt>/", views.attempt_page, name="attempt"),
    path(f"{QUIZ}attempts/<int:attempt>/save/", views.save_page, name="save"),
    path(QUIZ, include("courses.quizzes.setup.urls")),  # settings/ preview/ statistics/
]
