"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.portals.staff"
    label = "portal_staff"
    verbose_name = "職員ポータル"
    default_auto_field = "django.db.models.BigAutoField"
