"""Addresses of authors and reviewers, all under ``authoring:``."""

from __future__ import annotations

from django.urls import path

from courses.authoring import branching, categories, checkpoints, publishing, views

app_name = "authoring"
urlpatterns = [
    path("teach/", views.list_page, name="list"),
    path("teach/new/", views.new, name="new"),
    path("teach/categories/", categories.page, name="categories"),
    path("teach/series/", publishing.series, name="series"),
    path("teach/series/<int:series>/pause/", publishing.pause, name="pause"),
    path("<slug:code>/edit/", views.edit, name="edit"),
    path("<slug:code>/edit/facts/", views.facts, name="facts"),
    path("<slug:code>/edit/cover/", views.cover, name="cover"),
    path("<slug:code>/edit/rule/", views.rule, name="rule"),
    path("<slug:code>/edit/rule/tree/", branching.page, name="tree"),
    path("<slug:code>/edit/order/", views.arrange, name="arrange"),
    path("<slug:code>/edit/sections/", views.add_section, name="add_section"),
    path("<slug:code>/edit/sections/<int:section>/", views.section, name="section"),
    path("<slug:code>/edit/sections/<int:section>/add/", views.add_lesson, name="add_lesson"),
    path("<slug:code>/edit/lessons/<int:lesson>/", views.lesson, name="lesson"),
    path("<slug:code>/edit/lessons/<int:lesson>/remove/", views.remove_lesson, name="remove"),
    path("<slug:code>/edit/lessons/<int:lesson>/restore/", views.restore_lesson, name="restore"),
    path(
        "<slug:code>/edit/lessons/<int:lesson>/checkpoints/", checkpoints.page, name="checkpoints"
    ),
    path("<slug:code>/edit/submit/", publishing.submit, name="submit"),
    path("<slug:code>/edit/withdraw/", publishing.withdraw, name="withdraw"),
    path("<slug:code>/edit/archive/", publishing.archive, name="archive"),
    path("<slug:code>/review/", publishing.review, name="review"),
]
