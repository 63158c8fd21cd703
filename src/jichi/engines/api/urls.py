"""Addresses under /api/v1/: the document, and every operation that a room offers."""

from django.urls import path

from . import views
from .building import api, patterns

app_name = "eng_api"
urlpatterns = [path("openapi.json", views.document, name="document"), *patterns(api())]
