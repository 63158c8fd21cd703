"""Addresses that gateways call."""

from django.urls import path

from . import webhooks

app_name = "eng_messages_api"
urlpatterns = [
    path("sms/receipts/", webhooks.sms_receipts, name="sms_receipts"),
    path("line/webhook/", webhooks.line_events, name="line_webhook"),
]
