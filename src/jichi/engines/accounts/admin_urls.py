"""Addresses of the account administrators' pages."""

from django.urls import path

from . import admin_views

app_name = "eng_accounts_admin"
urlpatterns = [
    path("", admin_views.people, name="people"),
    path("roles/", admin_views.roles, name="roles"),
    path("<uuid:account_id>/", admin_views.person, name="person"),
    path("<uuid:account_id>/reset/", admin_views.reset, name="reset"),
]
