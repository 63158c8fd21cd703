"""Addresses of the pages of the books."""

from django.urls import path

from . import pages

app_name = "eng_ledger"
urlpatterns = [
    path("", pages.balances, name="balances"),
    path("export/", pages.balances_export, name="balances_export"),
    path("accounts/<str:code>/", pages.account, name="account"),
    path("late/", pages.late, name="late"),
    path("closing/", pages.closing, name="closing"),
]
