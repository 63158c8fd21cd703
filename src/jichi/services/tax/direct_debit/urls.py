"""Residents' addresses of account transfers."""

from django.urls import path

from .pages import own

app_name = "tax_direct_debit"
urlpatterns = [
    path("", own.overview, name="overview"),
    path("new/", own.apply, name="apply"),
    path("<uuid:registration_id>/", own.registration, name="registration"),
    path("<uuid:registration_id>/return/", own.returned, name="returned"),
    path("accounts/<uuid:mandate_id>/", own.mandate, name="mandate"),
    path("accounts/<uuid:mandate_id>/stop/", own.stop, name="stop"),
]
