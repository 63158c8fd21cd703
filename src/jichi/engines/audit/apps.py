"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.audit"
    label = "eng_audit"
    verbose_name = "操作記録"
    default_auto_field = "django.db.models.BigAutoField"
