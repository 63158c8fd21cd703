"""Addresses of files from banks and agents, for officials."""

from django.urls import path

from .pages import differences, files

app_name = "eng_bankfiles"
urlpatterns = [
    path("", files.listing, name="files"),
    path("<uuid:id>/", files.one, name="file"),
    path("<uuid:id>/original/", files.original, name="original"),
    path("differences/", differences.listing, name="differences"),
    path("differences/<uuid:id>/", differences.one, name="difference"),
    path("remittances/", differences.remittances, name="remittances"),
]
