"""Addresses of this room, for administrators."""

from django.urls import path

from . import views

app_name = "office_operations"
urlpatterns = [
    path("", views.health, name="health"),
    path("state/", views.state, name="state"),
    path("jobs/", views.kinds, name="jobs"),
    path("jobs/failed/", views.failed, name="failed"),
    path("jobs/retry/", views.retry, name="retry"),
    path("jobs/running/", views.set_running, name="running"),
]
