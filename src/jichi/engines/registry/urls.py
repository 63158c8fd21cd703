"""Addresses of the register's pages for officials."""

from django.urls import path

from . import load_pages, organisation_pages, town_pages

app_name = "eng_registry"
urlpatterns = [
    path("loads/", load_pages.loads, name="loads"),
    path("loads/new/", load_pages.start, name="start_load"),
    path("loads/upload/", load_pages.upload, name="upload_load"),
    path("loads/<uuid:key>/", load_pages.load, name="load"),
    path("towns/", town_pages.town_list, name="towns"),
    path("towns/export/", town_pages.town_export, name="town_export"),
    path("organisations/", organisation_pages.organisations, name="organisations"),
    path("organisations/<str:org_no>/", organisation_pages.organisation, name="organisation"),
]
