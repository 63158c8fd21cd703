"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.portals.resident"
    label = "portal_resident"
    verbose_name = "住民ポータル"
    default_auto_field = "django.db.models.BigAutoField"
