"""The address of the map's data."""

from django.urls import path

from . import town_pages

app_name = "eng_registry_map"
urlpatterns = [path("towns.json", town_pages.map_data, name="towns")]
