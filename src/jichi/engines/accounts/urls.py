"""Addresses of the residents' sign-in."""

from django.urls import path

from . import identity_views, sign_views, views

app_name = "eng_accounts"
urlpatterns = [
    path("", views.start, name="sign_in"),
    path("code/", views.code, name="code"),
    path("out/", views.sign_out, name="sign_out"),
    path("out/done/", identity_views.signed_out, name="signed_out"),
    path("card/", identity_views.sign_in_card, name="sign_in_card"),
    path("identity/", identity_views.identify, name="identify"),
    path("identity/start/", identity_views.identity_start, name="identity_start"),
    path("identity/callback/", identity_views.identity_callback, name="identity_callback"),
    path("sign/<uuid:request_id>/", sign_views.sign, name="sign"),
    path("sign/<uuid:request_id>/back/", sign_views.sign_back, name="sign_back"),
]
