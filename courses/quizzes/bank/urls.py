"""Addresses of question banks, below /courses/questions/."""

from __future__ import annotations

from django.urls import path

from courses.quizzes.bank import views

BANK = "questions/<int:bank>/"

urlpatterns = [
    path("questions/", views.banks_page, name="banks"),
    path("questions/template.xlsx", views.template_page, name="template"),
    path(BANK, views.bank_page, name="bank"),
    path(f"{BANK}edit/", views.bank_edit_page, name="bank_edit"),
    path(f"{BANK}new/<slug:kind>/", views.new_page, name="question_new"),
    path(f"{BANK}import/", views.import_page, name="import"),
    path(f"{BANK}import/<int:upload>/", views.take_page, name="take"),
    path(f"{BANK}<int:question>/", views.question_page, name="question"),
    path(f"{BANK}<int:question>/retire/", views.retire_page, name="retire"),
]
