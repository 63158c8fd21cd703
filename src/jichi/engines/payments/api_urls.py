"""The address for the payment firm."""

from django.urls import path

from . import callback

app_name = "eng_payments_api"
urlpatterns = [path("callback/", callback.callback, name="callback")]
