"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.routes"
    label = "eng_routes"
    verbose_name = "決裁経路"
    default_auto_field = "django.db.models.BigAutoField"
