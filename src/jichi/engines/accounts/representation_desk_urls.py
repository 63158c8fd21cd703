"""Addresses of representation at the desk."""

from django.urls import path

from . import representation_desk as views

app_name = "eng_accounts_representation_desk"
urlpatterns = [
    path("", views.found, name="found"),
    path("register/", views.register, name="register"),
    path("<uuid:representation_id>/", views.one, name="one"),
    path("<uuid:representation_id>/paper/", views.paper, name="paper"),
]
