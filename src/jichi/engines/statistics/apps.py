"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.statistics"
    label = "eng_statistics"
    verbose_name = "統計"
    default_auto_field = "django.db.models.BigAutoField"
