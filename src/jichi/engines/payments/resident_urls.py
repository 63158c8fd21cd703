"""Addresses of charges for their payers."""

from django.urls import path

from . import resident_views

app_name = "eng_payments"
urlpatterns = [
    path("", resident_views.overview, name="overview"),
    path("<uuid:charge_id>/", resident_views.charge, name="charge"),
    path("<uuid:charge_id>/start/", resident_views.start, name="start"),
    path("<uuid:charge_id>/give-up/", resident_views.give_up, name="give_up"),
    path("<uuid:charge_id>/return/", resident_views.returned, name="returned"),
    path("<uuid:charge_id>/receipt/", resident_views.receipt, name="receipt"),
]
