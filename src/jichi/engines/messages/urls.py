"""Addresses of the sandbox mailbox (demo only)."""

from django.urls import path

from . import views

app_name = "eng_messages"
urlpatterns = [
    path("", views.mailbox_list, name="mailbox"),
    path("<str:name>/", views.mailbox_mail, name="mail"),
]
