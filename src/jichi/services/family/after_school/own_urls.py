"""Addresses of parents."""

from django.urls import path

from .pages import own

app_name = "family_after_school_own"
urlpatterns = [
    path("", own.mine, name="mine"),
    path("<uuid:enrolment_id>/", own.child, name="child"),
]
