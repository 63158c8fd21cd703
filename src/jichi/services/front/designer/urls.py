"""Addresses of the designer, for officials."""

from django.urls import path

from .pages import checking, conditions, examples, listing, parts, preview, publication, structure, texts, trial

app_name = "front_designer"
urlpatterns = [
    path("", listing.listing, name="list"),
    path("new/", listing.new, name="new"),
    path("running/<slug:slug>/", listing.running, name="running"),
    path("<uuid:id>/", parts.edit, name="edit"),
    path("<uuid:id>/settings/", parts.settings, name="settings"),
    path("<uuid:id>/settings/<slug:group>/", parts.group, name="group"),
    path("<uuid:id>/part/<path:at>/", parts.part, name="part"),
    path("<uuid:id>/condition/<path:at>/", conditions.condition, name="condition"),
    path("<uuid:id>/change/", structure.change, name="change"),
    path("<uuid:id>/check/", checking.check, name="check"),
    path("<uuid:id>/preview/", preview.preview, name="preview"),
    path("<uuid:id>/frame/<slug:page>/", preview.frame, name="frame"),
    path("<uuid:id>/try/", trial.trial, name="try"),
    path("<uuid:id>/examples/", examples.examples, name="examples"),
    path("<uuid:id>/examples/<slug:example>/", examples.example, name="example"),
    path("<uuid:id>/texts/", texts.texts, name="texts"),
    path("<uuid:id>/texts/list/", texts.texts_list, name="texts_list"),
    path("<uuid:id>/publish/", publication.publish, name="publish"),
    path("<uuid:id>/history/", checking.history, name="history"),
    path("<uuid:id>/export/", checking.export, name="export"),
]
