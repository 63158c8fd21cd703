"""Addresses of the statistics, for officials."""

from django.urls import path

from . import views

app_name = "front_statistics"
urlpatterns = [
    path("", views.show, name="overview"),
    path("<slug:sheet>/", views.show, name="sheet"),
    path("<slug:sheet>/export/<slug:grid>/", views.export, name="export"),
    path("<slug:sheet>/picture/<slug:chart>/<slug:kind>/", views.picture, name="picture"),
]
