"""Addresses of the register's pages for officials."""

from django.urls import path

from . import organisation_pages

app_name = "eng_registry"
urlpatterns = [
    path("organisations/", organisation_pages.organisations, name="organisations"),
    path("organisations/<str:org_no>/", organisation_pages.organisation, name="organisation"),
]
