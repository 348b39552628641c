"""Addresses of slides, below ``/classes/``."""

from __future__ import annotations

from django.urls import path

from liveclass.lectern import views

app_name = "lectern"

urlpatterns = [
    path("<slug:code>/slides/", views.decks, name="decks"),
    path("<slug:code>/slides/<uuid:folder>/", views.deck, name="deck"),
    path("<slug:code>/slides/<uuid:folder>/slides.pdf", views.file, name="file"),
    path("<slug:code>/slides/<uuid:folder>/<int:page>.json", views.strokes, name="strokes"),
]
