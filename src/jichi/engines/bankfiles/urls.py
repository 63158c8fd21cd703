"""Addresses of files from banks and agents, for officials."""

from django.urls import path

from .pages import credits, differences, files, requests

app_name = "eng_bankfiles"
urlpatterns = [
    path("", files.listing, name="files"),
    path("<uuid:id>/", files.one, name="file"),
    path("<uuid:id>/original/", files.original, name="original"),
    path("differences/", differences.listing, name="differences"),
    path("differences/<uuid:id>/", differences.one, name="difference"),
    path("requests/", requests.listing, name="requests"),
    path("requests/<uuid:id>/", requests.one, name="request"),
    path("requests/<uuid:id>/file/", requests.file, name="request_file"),
    path("credits/", credits.listing, name="credits"),
    path("remittances/", differences.remittances, name="remittances"),
]
