"""Addresses of the payer's pages."""

from django.urls import path

from . import online_views, resident_views

app_name = "eng_collection_own"
urlpatterns = [
    path("certificates/", resident_views.certificates, name="certificates"),
    path("certificates/pdf/", resident_views.certificate, name="certificate"),
    path("pay/", online_views.choose, name="choose"),
    path("<str:key>/", resident_views.bill, name="bill"),
    path("<str:key>/slip/", resident_views.slip, name="slip"),
]
