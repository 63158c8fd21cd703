"""Addresses of finding, answering and sending an application."""

from django.urls import path

from . import views

app_name = "front_applications"
urlpatterns = [
    path("procedures/", views.procedures, name="procedures"),
    path("procedures/<slug:slug>/", views.start, name="start"),
    path("procedures/<slug:slug>/who/", views.who, name="who"),
    path("apply/<uuid:draft_id>/", views.resume, name="resume"),
    path("apply/<uuid:draft_id>/q/<slug:page_id>/", views.question, name="question"),
    path("apply/<uuid:draft_id>/q/<slug:page_id>/conflict/", views.conflict, name="conflict"),
    path("apply/<uuid:draft_id>/file/<uuid:file_id>/", views.draft_file, name="draft_file"),
    path("apply/<uuid:draft_id>/saved/", views.saved, name="saved"),
    path("apply/<uuid:draft_id>/check/", views.check, name="check"),
    path("apply/<uuid:draft_id>/done/", views.done, name="done"),
    path("apply/<uuid:draft_id>/newer/", views.newer, name="newer"),
    path("apply/<uuid:draft_id>/discard/", views.discard, name="discard"),
]
