"""Addresses of the officials' sign-in."""

from django.urls import path

from . import views

app_name = "eng_accounts_staff"
urlpatterns = [
    path("", views.staff_start, name="staff_sign_in"),
    path("second/", views.staff_second_factor, name="staff_second_factor"),
    path("enrol/", views.staff_enrol, name="staff_enrol"),
    path("out/", views.staff_sign_out, name="staff_sign_out"),
]
