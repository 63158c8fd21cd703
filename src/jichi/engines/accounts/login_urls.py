"""Addresses of the outside logins of a resident."""

from django.urls import path

from . import login_views as views

app_name = "eng_accounts_logins"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("end/", views.end, name="end"),
]
