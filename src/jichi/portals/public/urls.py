"""Addresses of the public checks."""

from django.urls import path

from . import views

app_name = "portal_public"
urlpatterns = [
    path("", views.verify, name="verify"),
    path("<str:code>/", views.verify, name="verify_code"),
]
