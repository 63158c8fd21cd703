"""Addresses of the residents' sign-in."""

from django.urls import path

from . import views

app_name = "eng_accounts"
urlpatterns = [
    path("", views.start, name="sign_in"),
    path("code/", views.code, name="code"),
    path("out/", views.sign_out, name="sign_out"),
]
