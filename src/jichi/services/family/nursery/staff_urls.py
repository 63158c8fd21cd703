"""Addresses of nursery admission for officials."""

from django.urls import path

from .pages import carrying, certifying, entries, intake, notices, offering, rounds, running, tables

app_name = "family_nursery"
urlpatterns = [
    path("", rounds.listing, name="rounds"),
    path("new/", rounds.new, name="new"),
    path("facilities/", rounds.facilities, name="facilities"),
    path("tables/", tables.listing, name="tables"),
    path("tables/new/", tables.new, name="table_new"),
    path("tables/<uuid:id>/", tables.one, name="table"),
    path("tables/<uuid:id>/export/", tables.export, name="table_export"),
    path("<uuid:id>/", rounds.one, name="round"),
    path("<uuid:id>/seats/", rounds.seats, name="seats"),
    path("<uuid:id>/seats/export/", rounds.seats_export, name="seats_export"),
    path("<uuid:id>/applications/", intake.listing, name="applications"),
    path("<uuid:id>/applications/file/", intake.load, name="load"),
    path("<uuid:id>/applications/form/", intake.form, name="load_form"),
    path("<uuid:id>/applications/export/", intake.export, name="applications_export"),
    path("<uuid:id>/asks/", offering.asks, name="asks"),
    path("<uuid:id>/asks/export/", offering.asks_export, name="asks_export"),
    path("certificates/<uuid:id>/file/", certifying.file, name="certificate_file"),
    path("<uuid:id>/carry/", carrying.carry, name="carry"),
    path("<uuid:id>/entries/", entries.listing, name="entries"),
    path("entries/<uuid:id>/", entries.one, name="entry"),
    path("applications/<uuid:id>/", intake.application, name="application"),
    path("runs/<uuid:id>/", running.one, name="run"),
    path("runs/<uuid:id>/seats/", running.cutoffs, name="cutoffs"),
    path("runs/<uuid:id>/notices/", notices.listing, name="notices"),
    path("runs/<uuid:id>/notices/<slug:kind>/<str:first>/", notices.notice_file, name="notice_file"),
    path("runs/<uuid:id>/what-if/", running.what_if, name="what_if"),
    path("runs/<uuid:id>/export/", running.export, name="run_export"),
    path("runs/<uuid:id>/families/<uuid:application_id>/", running.family, name="result"),
    path("runs/<uuid:id>/changes/<uuid:before>/", running.changes, name="changes"),
]
