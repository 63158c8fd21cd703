"""Addresses of routes, for officials."""

from django.urls import path

from .pages import absences, lists, one

app_name = "eng_routes"
urlpatterns = [
    path("", lists.waiting, name="waiting"),
    path("after/", lists.after, name="after"),
    path("reading/", lists.reading, name="reading"),
    path("table/", lists.table, name="table"),
    path("absence/", absences.mine, name="absence"),
    path("absence/<uuid:absence_id>/cancel/", absences.cancel, name="cancel_absence"),
    path("posts/", absences.posts, name="posts"),
    path("posts/<slug:post_key>/end/", absences.end_post, name="end_post"),
    path("<uuid:route_id>/", one.show, name="route"),
    path("<uuid:route_id>/act/", one.act, name="act"),
]
