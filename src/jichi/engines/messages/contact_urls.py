"""Addresses of a person's contact points and choices."""

from django.urls import path

from . import contact_views

app_name = "eng_messages_contact"
urlpatterns = [
    path("", contact_views.overview, name="contact"),
    path("phone/", contact_views.phone, name="phone"),
    path("phone/code/", contact_views.phone_code, name="phone_code"),
    path("line/", contact_views.line, name="line"),
    path("end/", contact_views.end, name="end"),
]
