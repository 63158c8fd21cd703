"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.jobs"
    label = "eng_jobs"
    verbose_name = "処理"
    default_auto_field = "django.db.models.BigAutoField"
