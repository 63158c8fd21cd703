"""Addresses of the gallery."""

from django.urls import path

from . import views

app_name = "design"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:layout>/<slug:name>/", views.page, name="page"),
]
