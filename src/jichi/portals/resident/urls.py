"""Addresses of the resident portal's own pages."""

from django.urls import path

from . import my_views, views

app_name = "portal_resident"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("menu/", views.menu, name="menu"),
    path("language/<str:code>/", views.choose_language, name="language"),
    path("inbox/", views.inbox, name="inbox"),
    path("my/", my_views.overview, name="my"),
    path("my/family/", my_views.family, name="family"),
    path("my/documents/", my_views.documents, name="documents"),
    path("my/settings/", my_views.settings_page, name="settings"),
    path("my/looks/", my_views.looks, name="looks"),
]
