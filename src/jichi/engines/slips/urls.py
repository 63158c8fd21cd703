"""Addresses of the officials' pages of slips."""

from django.urls import path

from .pages import reading, runs

app_name = "eng_slips"
urlpatterns = [
    path("", runs.runs, name="runs"),
    path("read/", reading.read, name="read"),
    path("runs/<uuid:run_id>/", runs.run, name="run"),
    path("runs/<uuid:run_id>/<int:number>.pdf", runs.file, name="file"),
    path("<uuid:slip_id>/", runs.slip, name="slip"),
    path("<uuid:slip_id>/again/", runs.again, name="again"),
]
