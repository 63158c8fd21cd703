"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.registry"
    label = "eng_registry"
    verbose_name = "住民・世帯"
    default_auto_field = "django.db.models.BigAutoField"
