"""Addresses of the inventory, for officials."""

from django.urls import path

from .pages import entries, files, numbers

app_name = "front_inventory"
urlpatterns = [
    path("", entries.listing, name="list"),
    path("export/", files.export, name="export"),
    path("files/", files.loads, name="loads"),
    path("files/<uuid:id>/", files.load, name="load"),
    path("numbers/", numbers.stand, name="stand"),
    path("numbers/export/", numbers.export, name="stand_export"),
    path("numbers/<slug:chart>/<slug:kind>/", numbers.picture, name="picture"),
    path("targets/", numbers.targets, name="targets"),
    path("<uuid:id>/", entries.entry, name="entry"),
    path("<uuid:id>/change/", entries.change, name="change"),
]
