"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.cases"
    label = "eng_cases"
    verbose_name = "案件"
    default_auto_field = "django.db.models.BigAutoField"
