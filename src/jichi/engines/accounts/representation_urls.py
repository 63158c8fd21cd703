"""Addresses of representation."""

from django.urls import path

from . import representation_views as views

app_name = "eng_accounts_representation"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("give/", views.give, name="give"),
    path("accept/", views.accept, name="accept"),
    path("<uuid:representation_id>/end/", views.end, name="end"),
]
