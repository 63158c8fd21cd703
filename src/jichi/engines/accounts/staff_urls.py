"""Addresses of the officials' sign-in."""

from django.urls import path

from . import invited_views, views

app_name = "eng_accounts_staff"
urlpatterns = [
    path("", views.staff_start, name="staff_sign_in"),
    path("second/", views.staff_second_factor, name="staff_second_factor"),
    path("enrol/", views.staff_enrol, name="staff_enrol"),
    path("invited/<str:token>/", invited_views.invited, name="staff_invited"),
    path("out/", views.staff_sign_out, name="staff_sign_out"),
]
