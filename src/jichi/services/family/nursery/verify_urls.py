"""The public check of a nursery result."""

from django.urls import path

from .pages import checking

app_name = "nursery_check"
urlpatterns = [path("", checking.check, name="check")]
