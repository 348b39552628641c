"""Addresses about the reader's own account. Nobody signs up here, so allauth's list is not used."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path

from members.accounts import views

urlpatterns = [
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/password/change/", allauth.password_change, name="account_change_password"),
    path("preferences/", views.preferences, name="preferences"),
    path("me/", views.me, name="me"),
]
