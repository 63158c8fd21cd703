"""Addresses of the officials' pages of charges."""

from django.urls import path

from . import staff_acts, staff_settled, staff_views

app_name = "eng_payments_staff"
urlpatterns = [
    path("", staff_views.listing, name="list"),
    path("export/", staff_views.export, name="export"),
    path("check/", staff_views.troubles, name="troubles"),
    path("check/settle/", staff_acts.settle, name="settle"),
    path("settled/", staff_settled.days, name="settled"),
    path("settled/<slug:day>/", staff_settled.one_day, name="settled_day"),
    path("<uuid:charge_id>/", staff_views.charge, name="charge"),
    path("<uuid:charge_id>/collect/", staff_acts.collect, name="collect"),
    path("<uuid:charge_id>/void/", staff_acts.void, name="void"),
    path("<uuid:charge_id>/refund/", staff_acts.refund, name="refund"),
    path("<uuid:charge_id>/refund/retry/", staff_acts.retry, name="retry"),
    path("<uuid:charge_id>/refund/by-hand/", staff_acts.by_hand, name="by_hand"),
    path("<uuid:charge_id>/receipt/", staff_views.receipt, name="receipt"),
]
