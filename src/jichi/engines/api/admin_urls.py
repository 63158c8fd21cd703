"""Addresses of the administrators' pages of clients and keys."""

from django.urls import path

from . import admin_views, webhook_views

app_name = "eng_api_admin"
urlpatterns = [
    path("", admin_views.clients, name="clients"),
    path("new/", admin_views.new, name="new"),
    path("<uuid:client_id>/", admin_views.client, name="client"),
    path("<uuid:client_id>/calls/", admin_views.calls, name="calls"),
    path("<uuid:client_id>/key/", admin_views.make_key, name="make_key"),
    path("<uuid:client_id>/stop/", admin_views.stop, name="stop"),
    path("<uuid:client_id>/webhooks/new/", webhook_views.new, name="webhook_new"),
    path("webhooks/<uuid:subscription_id>/", webhook_views.log, name="webhook"),
    path("webhooks/<uuid:subscription_id>/secret/", webhook_views.rotate, name="webhook_secret"),
    path("webhooks/<uuid:subscription_id>/end/", webhook_views.end, name="webhook_end"),
    path("keys/<uuid:key_id>/revoke/", admin_views.revoke, name="revoke"),
]
