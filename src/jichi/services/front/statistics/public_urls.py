"""Address of what residents may know of the counting."""

from django.urls import path

from . import views

app_name = "front_statistics_public"
urlpatterns = [path("", views.privacy, name="privacy")]
