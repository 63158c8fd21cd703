"""Addresses of the officials' pages of slips."""

from django.urls import path

from .pages import reading

app_name = "eng_slips"
urlpatterns = [
    path("read/", reading.read, name="read"),
]
