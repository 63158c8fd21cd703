"""The address for the bank's gateway."""

from django.urls import path

from .pages import callback

app_name = "tax_direct_debit_api"
urlpatterns = [path("callback/", callback.callback, name="callback")]
