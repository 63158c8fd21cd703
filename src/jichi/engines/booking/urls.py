"""Addresses of the public check of draws."""

from django.urls import path

from . import views

app_name = "eng_booking"
urlpatterns = [
    path("", views.check, name="check"),
    path("records/<int:number>.json", views.record, name="record"),
]
