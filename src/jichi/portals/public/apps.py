"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.portals.public"
    label = "portal_public"
    verbose_name = "公開ページ"
    default_auto_field = "django.db.models.BigAutoField"
